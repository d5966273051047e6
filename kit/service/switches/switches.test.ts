import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCounters, rawRecord, record } from '../counter.fixture.ts'
import { type CrashPoint, createFaults } from '../faults.ts'
import { createRetrier } from '../retrier.ts'
import { createIntake } from './intake.ts'
import { createSwitches } from './switches.ts'

const on = async () => {
  const counters = await openCounters()
  return { ...counters, set: counters.switches.board.set, stateOf: stateOf(counters.switches) }
}

const stateOf = (switches: ReturnType<typeof createSwitches>) => (id: string) =>
  switches.board.states().find((state) => state.id === id)

const retrierOf = ({ settings }: Awaited<ReturnType<typeof on>>) =>
  createRetrier(settings, { onSettled: () => undefined, onFailure: (error) => assert.fail(String(error)) })

test('given the inbox off, when an event comes twice, then it is applied twice; once it is on again, the third is dropped', async () => {
  const { processor, set, values, switches, stateOf } = await on()
  await processor.process([record('e1', 'a', 1)])
  set('no-inbox', {})
  await processor.process([record('e1', 'a', 1)])
  await processor.process([record('e2', 'a', 10), record('e2', 'a', 10)])
  assert.deepEqual(await values(), { a: 22 })
  assert.equal(stateOf('no-inbox')?.injected, 2)
  switches.board.mend('no-inbox')
  await processor.process([record('e1', 'a', 1), record('e2', 'a', 10)])
  assert.deepEqual(await values(), { a: 22 })
})

test('given the outbox off, when an event is applied, then what it emits is handed on and stands in no table', async () => {
  const { processor, set, outcomes, unsent, ledger, stateOf } = await on()
  set('no-outbox', {})
  await processor.process([record('e1', 'a', 1), record('e2', 'a', 1)])
  const ids = outcomes[0]?.outbox.map(({ id }) => id) ?? []
  assert.deepEqual(await unsent(), [])
  assert.deepEqual(ids, [-1, -2])
  await ledger.markSent(ids, 0)
  assert.equal(stateOf('no-outbox')?.injected, 2)
})

test('given retries off, when an event fails once, then it is given up, and the one behind it goes on', async () => {
  const counters = await on()
  const { processor, set, values, unsent, stateOf } = counters
  set('no-retry', {})
  await processor.process([record('e1', 'a', 13), record('e2', 'a', 1)])
  await retrierOf(counters).round()
  await retrierOf(counters).round()
  assert.deepEqual(await values(), { a: 1 })
  const [letter] = await unsent()
  assert.equal(letter?.headers['dlq-attempts'], '1')
  assert.equal(stateOf('no-retry')?.injected, 1)
})

test('given the dead letters off, when they drop, then what cannot be read or handled is gone', async () => {
  const counters = await on()
  const { processor, set, values, unsent, ledger, clock, stateOf } = counters
  set('no-dlq', { mode: 'drop' })
  await processor.process([rawRecord('a', '{'), record('e1', 'a', 13), record('e2', 'b', 1)])
  const retrier = retrierOf(counters)
  for (let i = 0; i < 4; i++) {
    clock.now += 60_000
    await retrier.round()
  }
  assert.deepEqual(await values(), { b: 1 })
  assert.equal((await ledger.backlog()).parked, 0)
  assert.deepEqual(
    (await unsent()).map(({ topic }) => topic),
    ['counted'],
  )
  assert.equal(stateOf('no-dlq')?.injected, 2)
})

test('given the dead letters off, when they block, then an event that always fails stays in front of its key, and goes once they are on', async () => {
  const counters = await on()
  const { processor, set, switches, unsent, ledger, clock } = counters
  set('no-dlq', {})
  await processor.process([record('e1', 'a', 13)])
  const retrier = retrierOf(counters)
  for (let i = 0; i < 6; i++) {
    clock.now += 60_000
    await retrier.round()
  }
  assert.equal((await ledger.backlog()).parked, 1)
  switches.board.mend('no-dlq')
  clock.now += 60_000
  await retrier.round()
  assert.deepEqual(
    (await unsent()).map(({ topic }) => topic),
    ['added-dlq'],
  )
})

test('given the dead letters off, when a record cannot be read, then those before it are handled and it blocks its partition', async () => {
  const { switches, set, stateOf, read } = await on()
  const submitted: number[] = []
  const intake = createIntake({ switches, read, submit: async (records) => void submitted.push(records.length) })
  const records = [record('e1', 'a', 1), rawRecord('a', '{'), record('e2', 'a', 1)]
  set('no-dlq', { mode: 'block' })
  await assert.rejects(intake(records), /added\/0 offset \d+ cannot be read.*blocks/)
  await assert.rejects(intake(records.slice(1)), /blocks/)
  assert.equal(stateOf('no-dlq')?.injected, 1)
  await intake(records.slice(2))
  assert.deepEqual(submitted, [1, 1])
})

test('given a partition held back, when its records come, then they are refused and those of others are taken', async () => {
  const { switches, set, read } = await on()
  let taken = 0
  const intake = createIntake({ switches, read, submit: async () => void taken++ })
  set('hold', { partition: 0 })
  await assert.rejects(intake([record('e1', 'a', 1)]), /held back/)
  await intake([{ ...record('e1', 'a', 1), partition: 1 }])
  assert.equal(taken, 1)
})

test('given a handler that fails half the time, when 200 events come, then about half are set aside, the same ones for the same seed', async () => {
  const run = async (seed: number): Promise<Record<string, number>> => {
    const { processor, set, values } = await on()
    set('flaky', { percent: 50, seed })
    await processor.process(Array.from({ length: 200 }, (_, i) => record(`e${i}`, `k${i}`, 1)))
    return values()
  }
  const [first, again, other] = [await run(1), await run(1), await run(2)]
  assert.ok(Object.keys(first).length > 70 && Object.keys(first).length < 130)
  assert.deepEqual(again, first)
  assert.notDeepEqual(other, first)
})

test('given slowness, when events come together, then each is a transaction of its own, and it takes its time', async () => {
  const { processor, set, outcomes, stateOf } = await on()
  set('slow', { ms: 15 })
  const begun = performance.now()
  await processor.process([record('e1', 'a', 1), record('e2', 'b', 1), record('e3', 'c', 1)])
  assert.ok(performance.now() - begun >= 40)
  assert.equal(outcomes.length, 3)
  assert.equal(stateOf('slow')?.injected, 3)
})

test('given the crash toggle, when its point is passed the n-th time, then the process dies; mended before, it lives', () => {
  const deaths: CrashPoint[] = []
  const faults = createFaults({ kill: (point) => deaths.push(point) })
  const { board } = createSwitches(faults)
  board.set('crash', { point: 'tx.begin', nth: 2 })
  faults.passing('tx.begin')
  board.mend('crash')
  faults.passing('tx.begin')
  assert.deepEqual(deaths, [])
  board.set('crash', { point: 'tx.begin' })
  faults.passing('tx.begin')
  assert.deepEqual(deaths, ['tx.begin'])
})

test('given a time, when it is over, then the toggle is off; and unknown toggles and bad settings are refused with a reason', async () => {
  const { board, slow } = createSwitches(createFaults())
  const { mendsAt } = board.set('slow', { ms: 5 }, 20)
  assert.ok(mendsAt !== null && mendsAt > Date.now() - 1_000)
  const deadline = performance.now() + 5_000
  // The board's timer keeps no process alive; this wait does.
  while (slow.on !== null && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(slow.on, null)
  assert.throws(() => board.set('slow', { ms: 0 }), { status: 400, message: /^ms: / })
  assert.throws(() => board.set('slow', { ms: 5, more: 1 }), { status: 400, message: /more/ })
  assert.throws(() => board.mend('toString'), { status: 404, message: /no failure toggle toString.*slow/ })
})
