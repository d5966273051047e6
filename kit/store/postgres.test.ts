import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createLedger } from './create-ledger.ts'
import { openStore } from './open-store.ts'
import { startPostgres } from './postgres-server.ts'
import { StoreFault, type StoreFaultCode } from './store.ts'
import { withDatabases } from './suite/database-server.ts'
import { openBank } from './suite/fresh.ts'

const fault = (code: StoreFaultCode, retriable: boolean, word: string) => (error: unknown) => {
  assert.ok(error instanceof StoreFault, String(error))
  assert.deepEqual([error.code, error.retriable], [code, retriable], error.message)
  assert.ok(error.message.includes(word), error.message)
  return true
}

const open = (url: string) => openStore({ url, migrations: [] })

test('given a port where nobody listens, when a store is opened, then the fault may be retried and does not tell the password', async () => {
  const promise = open('postgres://order:geheim@127.0.0.1:1/order')
  await assert.rejects(
    promise,
    (error) => fault('unreachable', true, '127.0.0.1:1')(error) && !String(error).includes('geheim'),
  )
})

test('given a URL that cannot be read, when a store is opened, then the fault shows how one is written', async () => {
  await assert.rejects(open('postgres://:::'), fault('unreachable', false, 'postgres://user:password@host'))
})

// A server of one's own in any case: these tests kill it.
const server = await startPostgres()
if ('unavailable' in server) {
  test('PostgreSQL of our own', { skip: server.unavailable }, () => {})
} else {
  after(() => server.stop())
  describe('a PostgreSQL of our own', () => {
    const { freshDatabase } = withDatabases(server.url, server.stop)

    test('given a database that does not exist, when a store is opened, then the fault says to check the URL', async () => {
      const url = new URL(server.url)
      url.pathname = '/nowhere'
      await assert.rejects(open(url.toString()), fault('unreachable', false, 'database name'))
    })

    test('given a server that crashes and comes back, when the store goes on, then it needs nobody and has kept what was committed', async (t) => {
      const { store, ledger } = await openBank(t, freshDatabase)
      await store.transaction((tx) => ledger.remember(tx, 'payment', ['e1'], 1))
      const cut = store.transaction(async (tx) => {
        await ledger.remember(tx, 'payment', ['e2'], 1)
        await server.restart()
        await ledger.remember(tx, 'payment', ['e3'], 1)
      })
      await assert.rejects(cut, fault('unreachable', true, 'cannot reach'))
      const seen = await store.transaction((tx) => ledger.seen(tx, 'payment', ['e1', 'e2', 'e3']))
      assert.deepEqual([...seen], ['e1'])
    })

    test('given ids that become visible in another order than they were given, when the unsent rows are read, then none is lost', async (t) => {
      const { store, ledger, another } = await openBank(t, freshDatabase)
      const event = (key: string) => ({ aggregateId: key, topic: 't', key, payload: '{}', headers: {} })
      const late = Promise.withResolvers<void>()
      const early = Promise.withResolvers<void>()
      const slow = store.transaction(async (tx) => {
        await ledger.enqueue(tx, 'me', [event('slow')], 1)
        early.resolve()
        await late.promise
      })
      await early.promise
      const other = await another()
      const [quick] = await other.transaction((tx) => createLedger(other).enqueue(tx, 'me', [event('quick')], 1))
      assert.deepEqual(
        (await ledger.unsent('me', 9)).map((row) => row.key),
        ['quick'],
      )
      await ledger.markSent([quick!.id], 2)
      late.resolve()
      await slow
      assert.deepEqual(
        (await ledger.unsent('me', 9)).map((row) => row.key),
        ['slow'],
      )
    })

    test('given a number that JavaScript cannot hold, when it is read, then that is an error and not another number', async (t) => {
      const { store } = await openBank(t, freshDatabase)
      const read = store.db
        .selectNoFrom((eb) => eb.cast<number>(eb.val('9007199254740993'), 'bigint').as('n'))
        .execute()
      await assert.rejects(read, /too large for a number/)
    })
  })
}
