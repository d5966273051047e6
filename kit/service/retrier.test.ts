import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Added, type CounterOptions, decide, openCounters, record } from './counter.fixture.ts'
import { createRetrier, type RetryRound } from './retrier.ts'

const openWithRetrier = async (change: (options: CounterOptions) => Partial<CounterOptions> = () => ({})) => {
  const counters = await openCounters()
  const rounds: RetryRound<Added, unknown>[] = []
  const retrier = createRetrier(
    { ...counters.settings, ...change(counters.settings) },
    {
      onSettled: (round) => rounds.push(round),
      onFailure: (error) => assert.fail(String(error)),
    },
  )
  return { ...counters, retrier, rounds }
}

test('given an event that always fails, then it is tried three times more with growing delays and goes to the dead letters', async () => {
  const { processor, retrier, rounds, clock, unsent } = await openWithRetrier()
  await processor.process([record('e1', 'a', 13)])
  const delays: number[] = []
  for (const step of [75, 300, 1_200]) {
    assert.equal(await retrier.round(), 0, 'nothing before its time')
    clock.now += step
    delays.push(step)
    assert.equal(await retrier.round(), 1)
  }
  assert.deepEqual(delays, [75, 300, 1_200])
  assert.equal(rounds.at(-1)?.deadLettered, 1)
  const [letter] = await unsent()
  assert.equal(letter?.topic, 'added-dlq')
  assert.equal(letter?.headers['dlq-attempts'], '4')
  assert.equal(letter?.headers['dlq-error'], 'thirteen')
  clock.now += 100_000
  assert.equal(await retrier.round(), 0, 'and then it is over')
})

test('given events that wait behind a failed one, when that one is given up, then they follow in their order', async () => {
  const { processor, retrier, clock, values, unsent } = await openWithRetrier()
  await processor.process([record('e1', 'a', 13), record('e2', 'a', 1), record('e3', 'a', 2)])
  for (let i = 0; i < 8; i++) {
    clock.now += 10_000
    await retrier.round()
  }
  assert.deepEqual(await values(), { a: 3 })
  const counted = (await unsent()).filter(({ topic }) => topic === 'counted')
  assert.deepEqual(
    counted.map(({ payload }) => JSON.parse(payload ?? '').because),
    ['e2', 'e3'],
  )
})

test('given a fault that passes, when the event is tried again, then it takes effect once and its key is free', async () => {
  let broken = true
  const { processor, retrier, clock, values, rounds } = await openWithRetrier(() => ({
    decide: (event, state) => {
      if (broken) throw new Error('the bank is away')
      return decide({ ...event, data: { ...event.data, by: 1 } }, state)
    },
  }))
  await processor.process([record('e1', 'a', 13)])
  clock.now += 100
  await retrier.round()
  broken = false
  clock.now += 10_000
  await retrier.round()
  assert.deepEqual(await values(), { a: 1 })
  assert.deepEqual(
    rounds.map(({ handled }) => handled.length),
    [0, 1],
  )
  await processor.process([record('e1', 'a', 13), record('e2', 'a', 4)])
  assert.deepEqual(await values(), { a: 5 })
})

test('given a parked event, when the same event is replayed and handled meanwhile, then the parked one changes nothing', async () => {
  const { processor, retrier, clock, values, store, ledger } = await openWithRetrier()
  await processor.process([record('e1', 'a', 13)])
  await store.transaction((tx) => ledger.remember(tx, 'counter-group', ['e1'], clock.now))
  clock.now += 10_000
  assert.equal(await retrier.round(), 1)
  assert.deepEqual(await values(), {})
  assert.equal(await ledger.nextDue('counter-group'), null)
})

test('given an event that waits for its next try, when the clock is put back by two hours, then it does not wait two hours longer', async () => {
  const { processor, retrier, clock, rounds } = await openWithRetrier()
  await processor.process([record('e1', 'a', 13)])
  clock.now -= 2 * 60 * 60_000
  assert.equal(await retrier.round(), 1)
  assert.equal(await retrier.round(), 0, 'from then on it goes by the new time')
  clock.now += 300
  assert.equal(await retrier.round(), 1)
  assert.equal(rounds.at(-1)?.tries[0]?.row.attempts, 2)
})
