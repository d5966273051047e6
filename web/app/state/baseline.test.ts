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
    { name: 'cancelled', was: 0, now: 4, delta: 4, peak: null },
    { name: 'critical', was: null, now: 80, delta: 80, peak: null },
  ])
})

test('given events that waited and were read again, then the most that waited is told, though nothing waits now', () => {
  const point = { ordersPerS: 0, criticalP50Ms: null, criticalP99Ms: null, retries: 0, deadLetters: 0 }
  const world = [
    { ...point, at: 5, lag: { 'payment-group': 3, 'order-group': 40 }, outbox: 2 },
    { ...point, at: 6, lag: { 'payment-group': 0, 'order-group': 0 }, outbox: 7 },
  ].reduce((one, point) => fold(one, { t: 'frame', n: 2, at: point.at, total: 0, point }), before)
  const facts = changesSince(baseline, world).map(({ name, delta, peak }) => [name, delta, peak])
  assert.deepEqual(facts, [
    ['lag', 0, 43],
    ['outbox', 0, 7],
  ])
  const later = changesSince({ ...baseline, at: 5 }, world, ['lag'])
  assert.equal(later[0]?.peak, 0, 'what was before the baseline is none of its business')
})

test('given what services made of their records, then what they ignored and what became a mail can be asked for', () => {
  const handlings = {
    order: { handled: 2, 'duplicate-ignored': 5 },
    notification: { handled: 5, 'duplicate-ignored': 5 },
  }
  const world = fold(before, { t: 'frame', n: 1, at: 1, total: 0, numbers: { ...before.numbers, handlings } })
  const facts = changesSince(baseline, world, ['ignored', 'mailed']).map(({ delta }) => delta)
  assert.deepEqual(facts, [10, 5])
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
