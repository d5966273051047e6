import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboxRow } from '../store/ledger.ts'
import { openCounters, record } from './counter.fixture.ts'
import { createFaults } from './faults.ts'
import { createRelay, type RelayOptions } from './relay.ts'

const openWithRelay = async (change: Partial<RelayOptions> = {}) => {
  const counters = await openCounters()
  const published: string[] = []
  const failures: unknown[] = []
  const options: RelayOptions = {
    ledger: counters.ledger,
    owner: 'counter-0',
    faults: createFaults(),
    now: () => counters.clock.now,
    publish: async (rows) => void published.push(...rows.map(because)),
    onFailure: (error) => failures.push(error),
    pollMs: 10,
    ...change,
  }
  return { ...counters, published, failures, options, relay: createRelay(options) }
}

const because = ({ payload }: OutboxRow): string => JSON.parse(payload ?? '').because

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'condition did not hold within 5 s')
    await new Promise(setImmediate)
  }
}

const threeEvents = [record('e1', 'a', 1), record('e2', 'b', 1), record('e3', 'a', 1)]

test('given rows offered after their commit, then they are published at once, in order, and marked', async () => {
  const { processor, outcomes, relay, published, unsent } = await openWithRelay()
  await processor.process(threeEvents)
  relay.offer(outcomes[0]!.outbox)
  await until(() => published.length === 3)
  await relay.stop(1_000)
  assert.deepEqual(published, ['e1', 'e2', 'e3'])
  assert.deepEqual(await unsent(), [])
})

test('given rows that nobody offered (a crash before the publish), when a relay starts, then it finds them in the table', async () => {
  const { processor, relay, published, unsent } = await openWithRelay()
  await processor.process(threeEvents)
  relay.start()
  await until(async () => (await unsent()).length === 0)
  await relay.stop(1_000)
  assert.deepEqual(published, ['e1', 'e2', 'e3'])
})

test('given a broker that refuses twice, then nothing is lost, nothing overtakes, and each try is counted', async () => {
  const published: string[] = []
  let refusals = 2
  const { processor, outcomes, relay, failures, unsent } = await openWithRelay({
    publish: async (rows) => {
      if (refusals-- > 0) throw new Error('no broker')
      published.push(...rows.map(because))
    },
  })
  await processor.process(threeEvents)
  relay.offer(outcomes[0]!.outbox)
  await processor.process([record('e4', 'a', 1)])
  relay.offer(outcomes[1]!.outbox)
  await until(async () => (await unsent()).length === 0)
  await relay.stop(1_000)
  assert.deepEqual(published, ['e1', 'e2', 'e3', 'e4'])
  assert.equal(failures.length, 2)
})

const never = (): Promise<never> => new Promise(() => undefined)

test('given a process that died before its send came through, when it starts again, then every row is published', async () => {
  const first = await openWithRelay({ publish: never })
  await first.processor.process(threeEvents)
  first.relay.offer(first.outcomes[0]!.outbox)
  const published: string[] = []
  const second = createRelay({ ...first.options, publish: async (rows) => void published.push(...rows.map(because)) })
  second.start()
  await until(async () => (await first.unsent()).length === 0)
  await second.stop(1_000)
  assert.deepEqual(published, ['e1', 'e2', 'e3'])
})

test('given a process that died between the ack and the mark, when it starts again, then the rows go out twice and in order', async () => {
  const first = await openWithRelay()
  const dying = createRelay({ ...first.options, ledger: { ...first.ledger, markSent: never } })
  await first.processor.process(threeEvents)
  dying.offer(first.outcomes[0]!.outbox)
  await until(() => first.published.length === 3)
  first.relay.start()
  await until(async () => (await first.unsent()).length === 0)
  await first.relay.stop(1_000)
  assert.deepEqual(first.published, ['e1', 'e2', 'e3', 'e1', 'e2', 'e3'])
})

test('given rows of a process that is gone, when they are old enough, then another relay adopts and publishes them', async () => {
  const { processor, options, published, clock, ledger } = await openWithRelay()
  await processor.process(threeEvents)
  clock.now += 60_000
  const other = createRelay({ ...options, owner: 'counter-1', adoptAfterMs: 10_000 })
  other.start()
  await until(async () => (await ledger.backlog()).unsent === 0)
  await other.stop(1_000)
  assert.deepEqual(published, ['e1', 'e2', 'e3'])
})

test('given rows that are out but not marked, when somebody waits for them to settle, then that ends with the mark and not before', async () => {
  const gate = Promise.withResolvers<void>()
  const first = await openWithRelay()
  const markSent: typeof first.ledger.markSent = async (ids, at) => {
    await gate.promise
    await first.ledger.markSent(ids, at)
  }
  const relay = createRelay({ ...first.options, ledger: { ...first.ledger, markSent } })
  await first.processor.process(threeEvents)
  await relay.settled()
  relay.offer(first.outcomes[0]!.outbox)
  let settled = false
  const settling = relay.settled().then(() => {
    settled = true
  })
  await until(() => first.published.length === 3)
  await new Promise(setImmediate)
  assert.equal(settled, false)
  gate.resolve()
  await settling
  assert.deepEqual(await first.unsent(), [])
})

test('given rows of an earlier run, when somebody waits for a starting relay to settle, then those are out and marked too', async () => {
  const { processor, relay, published, unsent } = await openWithRelay()
  await processor.process(threeEvents)
  relay.start()
  await relay.settled()
  assert.deepEqual(published, ['e1', 'e2', 'e3'])
  assert.deepEqual(await unsent(), [])
  await relay.stop(1_000)
})
