import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteByIds, insertNew, loadByIds, upsertAll } from '../bulk.ts'
import { StoreFault } from '../store.ts'
import { account, accountShape, type BankTables, type Fresh, openBank } from './fresh.ts'

export function bulkTests(fresh: Fresh): void {
  const load = (ids: string[]) => ({ table: 'account', idColumn: 'id', ids })
  const byId = (rows: BankTables['account'][]) => rows.map((row) => ({ ...row })).sort((a, b) => (a.id < b.id ? -1 : 1))

  test('given rows written at once, when they are loaded by id, then numbers, text and nulls are as they were', async (t) => {
    const { store } = await openBank(t, fresh)
    const rows = [
      account('a', 0),
      account('b', Number.MAX_SAFE_INTEGER, '{"json": "true"}'),
      account('c', 7, ''),
      account('d', 7, "'; --"),
    ]
    await store.transaction((tx) => upsertAll(tx, accountShape, rows))
    const read = await store.transaction((tx) =>
      loadByIds<BankTables['account'], BankTables>(tx, load(['d', 'c', 'b', 'a', 'none'])),
    )
    assert.deepEqual(byId(read), rows)
    assert.deepEqual(await store.transaction((tx) => loadByIds(tx, load([]))), [])
  })

  test('given rows that are partly there, when they are upserted, then the old ones change and of two with one key the last counts', async (t) => {
    const { store } = await openBank(t, fresh)
    await store.transaction((tx) => upsertAll(tx, accountShape, [account('a', 1, 'old')]))
    await store.transaction((tx) =>
      upsertAll(tx, accountShape, [account('a', 2), account('b', 3), account('b', 4, 'last')]),
    )
    const read = await store.db.selectFrom('account').selectAll().execute()
    assert.deepEqual(byId(read), [account('a', 2), account('b', 4, 'last')])
  })

  test('given rows, when some are deleted by id, then just these are gone, whatever their ids look like', async (t) => {
    const { store } = await openBank(t, fresh)
    const rows = [account('a', 1), account("'; --", 2), account('c', 3)]
    await store.transaction((tx) => upsertAll(tx, accountShape, rows))
    await store.transaction((tx) => deleteByIds(tx, load(["'; --", 'a', 'none'])))
    await store.transaction((tx) => deleteByIds(tx, load([])))
    assert.deepEqual(byId(await store.db.selectFrom('account').selectAll().execute()), [account('c', 3)])
  })

  test('given rows that are partly there, when only new ones are inserted, then the old ones stay and the new ones are counted', async (t) => {
    const { store } = await openBank(t, fresh)
    const insert = (rows: BankTables['account'][]) => store.transaction((tx) => insertNew(tx, accountShape, rows))
    assert.equal(await insert([account('a', 1)]), 1)
    assert.equal(await insert([account('a', 2), account('b', 3), account('b', 4)]), 1)
    assert.equal(await insert([]), 0)
    assert.deepEqual(byId(await store.db.selectFrom('account').selectAll().execute()), [
      account('a', 1),
      account('b', 3),
    ])
  })

  test('given numbers with fractions, when they are written and read, then they keep every digit', async (t) => {
    const { store } = await openBank(t, fresh)
    const amounts = [0.1, -1e-7, 12345678.901, 1e300]
    const shape = { table: 'entry', key: 'id', columns: ['id', 'amount'] } as const
    const rows = amounts.map((amount, index) => ({ id: String(index), amount }))
    await store.transaction((tx) => upsertAll(tx, shape, rows))
    const read = await store.db.selectFrom('entry').select('amount').orderBy('id').execute()
    assert.deepEqual(
      read.map((row) => row.amount),
      amounts,
    )
  })

  test('given a row that breaks a rule, when the batch is written, then nothing of it is kept', async (t) => {
    const { store } = await openBank(t, fresh)
    const write = store.transaction((tx) => upsertAll(tx, accountShape, [account('a', 1), account('b', -1)]))
    await assert.rejects(write, (error) => error instanceof StoreFault && error.code === 'constraint')
    assert.deepEqual(await store.db.selectFrom('account').selectAll().execute(), [])
  })

  test('given a name that is no plain identifier, when it would become SQL, then it is refused', async (t) => {
    const { store } = await openBank(t, fresh)
    const load = store.transaction((tx) =>
      loadByIds(tx, { table: 'account"; drop table account; --', idColumn: 'id', ids: ['a'] }),
    )
    await assert.rejects(load, /no table or column name/)
  })
}
