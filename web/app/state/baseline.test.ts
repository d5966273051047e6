import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Baseline, changesSince, firstSign, metricsOf } from './baseline.ts'
import { dot, snapshot } from './tape.fixture.ts'
import { fold, worldOf } from './world.ts'

const before = worldOf(snapshot())
const baseline: Baseline = { label: 'payments declined', at: 0, was: metricsOf(before), seq: 3 }
const after = fold(before, {
  t: 'frame',
  n: 1,
  at: 10,
  total: 0,
  numbers: { ...before.numbers, criticalP99Ms: 80, sagas: { ...before.numbers.sagas, cancelled: 4 } },
})

test('given a baseline, when numbers move, then what differs is told with was, now and by how much', () => {
  assert.deepEqual(changesSince(baseline, after), [
    { name: 'cancelled', was: 0, now: 4, delta: 4 },
    { name: 'critical', was: null, now: 80, delta: 80 },
  ])
})

test('given the numbers that a lesson asks for, then they are told even when nothing changed', () => {
  assert.deepEqual(
    changesSince(baseline, after, ['retries', 'cancelled']).map(({ delta }) => delta),
    [0, 4],
  )
})

test('given events since, then the first that is not simply fine is the first sign', () => {
  const newestFirst = [dot(6, { kind: 'failed' }), dot(5, { duplicate: true }), dot(4), dot(2, { kind: 'failed' })]
  assert.equal(firstSign(baseline, newestFirst)?.seq, 5)
})
