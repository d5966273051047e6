import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fresh, openBank } from './fresh.ts'

export function inboxTests(fresh: Fresh): void {
  test('given remembered events, when they are looked up, then each consumer sees its own, and only those asked for', async (t) => {
    const { store, ledger } = await openBank(t, fresh)
    await store.transaction((tx) => ledger.remember(tx, 'payment', ['e1', 'e2', 'e2'], 1))
    await store.transaction((tx) => ledger.remember(tx, 'stock', ['e3'], 1))
    const seen = await store.transaction((tx) => ledger.seen(tx, 'payment', ['e2', 'e3', 'e4']))
    assert.deepEqual([...seen], ['e2'])
    assert.equal((await store.transaction((tx) => ledger.seen(tx, 'payment', []))).size, 0)
  })

  test('given ids with characters that a database cannot keep, when they are remembered, then they are found again as they were asked', async (t) => {
    const { store, ledger } = await openBank(t, fresh)
    const ids = ['nul\0', 'half \uD800', `quote " ' \\ {},`, '', 'NULL', '日本', '1']
    await store.transaction((tx) => ledger.remember(tx, 'payment', ids, 1))
    assert.deepEqual([...(await store.transaction((tx) => ledger.seen(tx, 'payment', ids)))], ids)
  })

  test('given one event delivered to two processes at once, when both apply it, then its effect is there once', async (t) => {
    const { store, ledger, another } = await openBank(t, fresh)
    const stores = [store, await another()]
    const apply = (own: typeof store) =>
      own.transaction(async (tx) => {
        if ((await ledger.seen(tx, 'payment', ['e1'])).size > 0) return 'skipped'
        await tx.insertInto('account').values({ id: crypto.randomUUID(), balance: 5, note: null }).execute()
        await ledger.remember(tx, 'payment', ['e1'], 1)
        return 'applied'
      })
    const outcomes = await Promise.all(stores.flatMap((own) => [apply(own), apply(own)]))
    assert.deepEqual(outcomes.sort(), ['applied', 'skipped', 'skipped', 'skipped'])
    assert.equal((await store.db.selectFrom('account').selectAll().execute()).length, 1)
  })

  test('given records already dead-lettered, when they and others are buried, then only the others come back, once', async (t) => {
    const { store, ledger } = await openBank(t, fresh)
    const at = (offset: string) => ({ topic: 'order-created', partition: 2, offset })
    const huge = '9223372036854775807'
    const bury = (offsets: string[]) => store.transaction((tx) => ledger.bury(tx, 'payment', offsets.map(at), 1))
    assert.deepEqual(await bury(['1', huge]), [at('1'), at(huge)])
    assert.deepEqual(await bury(['1', '2', '2', huge]), [at('2')])
    assert.deepEqual(await bury([]), [])
    assert.deepEqual(await store.transaction((tx) => ledger.bury(tx, 'stock', [at('1')], 1)), [at('1')])
  })
}
