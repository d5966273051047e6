import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLedger } from '../store/create-ledger.ts'
import type { NewOutboxRow } from '../store/ledger.ts'
import { openStore } from '../store/open-store.ts'
import { createFaults } from './faults.ts'
import { createRelay } from './relay.ts'

const row = (payload: string): NewOutboxRow => ({ aggregateId: 'p', topic: 'stock', key: 'p', payload, headers: {} })

test('given rows of an earlier life in the table, when a new row is offered before they were read, then it is published behind them', async () => {
  const store = await openStore<object>({ url: ':memory:', migrations: [] })
  const ledger = createLedger(store)
  const write = (...payloads: string[]) =>
    store.transaction((tx) => ledger.enqueue(tx, 'a', payloads.map(row), Date.now()))
  await write('1', '2', '3')
  const published: (string | null)[] = []
  const all = Promise.withResolvers<void>()
  const relay = createRelay({
    ledger,
    owner: 'a',
    batchSize: 2,
    faults: createFaults(),
    now: Date.now,
    onFailure: (error) => all.reject(error),
    publish: async (rows) => {
      published.push(...rows.map(({ payload }) => payload))
      if (published.length === 4) all.resolve()
    },
  })
  relay.start()
  relay.offer(await write('4'))
  await all.promise
  await relay.stop(1_000)
  await store.close()
  assert.deepEqual(published, ['1', '2', '3', '4'])
})
