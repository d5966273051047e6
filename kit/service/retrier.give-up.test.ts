import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../kafka/bus.ts'
import { createLedger } from '../store/create-ledger.ts'
import { openStore } from '../store/open-store.ts'
import type { AnyEnvelope } from './envelope.ts'
import { createFaults } from './faults.ts'
import { createProcessor, type ProcessorOptions } from './processor.ts'
import { createRetrier } from './retrier.ts'
import { createSwitches } from './switches/switches.ts'

const event: AnyEnvelope = {
  eventId: 'e1',
  eventType: 'order-created',
  timestamp: '2026-01-01T00:00:00.000Z',
  version: 1,
  source: 'order',
  correlationId: 'o1',
  causationId: null,
  data: {},
}
const record: LogRecord = {
  topic: 'order-created',
  partition: 0,
  offset: 7n,
  key: Buffer.from('o1'),
  value: Buffer.from(JSON.stringify(event)),
  headers: {},
  timestamp: 0,
}

test('given an event that was given up, when a rewind brings it again and it fails again, then it is among the dead letters once', async () => {
  const store = await openStore<object>({ url: ':memory:', migrations: [] })
  const ledger = createLedger(store)
  let clock = 1_000
  const options: ProcessorOptions<object, AnyEnvelope, undefined, never, { get(): undefined; set(): void }> = {
    consumer: 'payment-group',
    owner: 'a',
    store,
    ledger,
    read: () => ({ ok: true, event }),
    keyOf: ({ correlationId }) => correlationId,
    decide: () => {
      throw new Error('bank is away')
    },
    repository: { load: async () => ({ get: () => undefined, set: () => undefined }), save: async () => undefined },
    toRow: () => assert.fail('nothing is emitted'),
    retry: { retries: 1, firstDelayMs: 10, factor: 2 },
    faults: createFaults(),
    switches: createSwitches(createFaults()),
    now: () => clock,
    random: () => 0.5,
    onCommitted: () => undefined,
  }
  const retrier = createRetrier(options, {
    onSettled: () => undefined,
    onFailure: (error) => assert.fail(String(error)),
  })
  const giveUp = async (): Promise<void> => {
    await createProcessor(options).process([record])
    clock += 1_000
    assert.equal(await retrier.round(), 1)
    assert.equal((await ledger.backlog()).parked, 0)
  }
  await giveUp()
  await giveUp()
  const letters = await ledger.unsent('a', 10)
  await store.close()
  assert.deepEqual(
    letters.map(({ topic }) => topic),
    ['order-created-dlq'],
  )
})
