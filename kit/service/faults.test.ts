import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type CrashPoint, crashPoints, createFaults, parseCrashAt } from './faults.ts'

const watched = (options: { crashAt?: string; log?: string } = {}) => {
  const deaths: CrashPoint[] = []
  return { deaths, faults: createFaults({ ...options, kill: (point) => deaths.push(point) }) }
}

test('given the labelled points, then there are twelve, each with a name of its own', () => {
  assert.equal(new Set(crashPoints).size, 12)
})

test('given no armed point, when all are passed, then nobody dies and each passing is counted', () => {
  const { deaths, faults } = watched()
  for (const point of crashPoints) faults.passing(point)
  faults.passing('tx.begin')
  assert.deepEqual(deaths, [])
  assert.deepEqual(faults.passed(), { ...Object.fromEntries(crashPoints.map((point) => [point, 1])), 'tx.begin': 2 })
})

for (const point of crashPoints) {
  test(`given ${point} armed for the second time, when it is passed three times, then the process dies once, at the second`, () => {
    const { deaths, faults } = watched({ crashAt: `${point}#2` })
    faults.passing(point)
    assert.deepEqual(deaths, [])
    faults.passing(point)
    faults.passing(point)
    assert.deepEqual(deaths, [point])
  })
}

test('given an armed point, when another one is passed or it is disarmed, then nobody dies', () => {
  const { deaths, faults } = watched()
  faults.arm('relay.marked')
  faults.passing('relay.read')
  faults.disarm()
  faults.passing('relay.marked')
  assert.deepEqual(deaths, [])
})

test('given a log, when the process dies, then a line of proof was written before', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const log = join(folder, 'landed.jsonl')
  const faults = createFaults({
    crashAt: 'tx.begin',
    log,
    kill: () => assert.match(readFileSync(log, 'utf8'), /tx\.begin/),
  })
  faults.passing('tx.begin')
  const line: unknown = JSON.parse(readFileSync(log, 'utf8'))
  assert.deepEqual({ ...(line as object), at: 0 }, { point: 'tx.begin', pid: process.pid, at: 0 })
})

test('given a text of the environment, then it names a point and a count, and what it may be where it is wrong', () => {
  assert.deepEqual(parseCrashAt('tx.begin'), { point: 'tx.begin', nth: 1 })
  assert.deepEqual(parseCrashAt('tx.after-commit/before-ack#12'), { point: 'tx.after-commit/before-ack', nth: 12 })
  for (const text of ['', 'tx', 'tx.begin#0', 'tx.begin#-1', 'tx.begin#two', 'toString']) {
    assert.throws(() => parseCrashAt(text), {
      name: 'RangeError',
      message: /expected <point> or <point>#<n>.*tx\.begin/,
    })
  }
})
