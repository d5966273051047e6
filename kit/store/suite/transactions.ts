import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { loadByIds, upsertAll } from '../bulk.ts'
import { StoreFault } from '../store.ts'
import { account, accountShape, type BankTables, type Fresh, openBank } from './fresh.ts'

export function transactionTests(fresh: Fresh): void {
  test('given work that throws, when its transaction ends, then nothing of it is kept and the error is the one thrown', async (t) => {
    const { store } = await openBank(t, fresh)
    const mishap = new Error('mishap')
    const work = store.transaction(async (tx) => {
      await tx.insertInto('account').values(account('a', 1)).execute()
      throw mishap
    })
    await assert.rejects(work, (error) => error === mishap)
    assert.deepEqual(await store.db.selectFrom('account').selectAll().execute(), [])
  })

  test('given a transaction that breaks a rule of a table, when it fails, then the fault says constraint and may not be retried', async (t) => {
    const { store } = await openBank(t, fresh)
    const work = store.transaction((tx) => tx.insertInto('account').values(account('a', -1)).execute())
    await assert.rejects(
      work,
      (error) => error instanceof StoreFault && error.code === 'constraint' && !error.retriable,
    )
  })

  test('given a failed statement that the work swallows, when its transaction would commit, then it fails or keeps all the rest, never half', async (t) => {
    const { store } = await openBank(t, fresh)
    const outcome = await store
      .transaction(async (tx) => {
        await tx.insertInto('account').values(account('before', 1)).execute()
        await tx
          .insertInto('account')
          .values(account('bad', -1))
          .execute()
          .catch(() => {})
        await tx
          .insertInto('account')
          .values(account('after', 1))
          .execute()
          .catch(() => {})
      })
      .then(
        () => 2,
        () => 0,
      )
    assert.equal((await store.db.selectFrom('account').select('id').execute()).length, outcome)
  })

  test('given statements started side by side of which one fails, when the transaction is over, then none of the others is kept', async (t) => {
    const { store } = await openBank(t, fresh)
    const work = store.transaction((tx) =>
      Promise.all(
        [-1, 1, 2].map((balance) =>
          tx
            .insertInto('account')
            .values(account(`a${balance}`, balance))
            .execute(),
        ),
      ),
    )
    await assert.rejects(work, StoreFault)
    assert.deepEqual(await store.db.selectFrom('account').selectAll().execute(), [])
  })

  test('given a transaction that has ended, when somebody still uses it, then the statement is refused', async (t) => {
    const { store } = await openBank(t, fresh)
    const late = await store.transaction(async (tx) => [tx])
    await assert.rejects(late[0]!.selectFrom('account').selectAll().execute(), /has ended/)
  })

  test('given many transactions at once in one process and two stores, when each adds one to a balance, then no addition is lost', async (t) => {
    const { store, another } = await openBank(t, fresh)
    const stores = [store, await another()]
    const addOne = (index: number) =>
      stores[index % 2]!.transaction(async (tx) => {
        const [row] = await loadByIds<BankTables['account'], BankTables>(tx, {
          table: 'account',
          idColumn: 'id',
          ids: ['a'],
        })
        await setImmediate()
        await upsertAll(tx, accountShape, [account('a', (row?.balance ?? 0) + 1)])
      })
    await Promise.all(Array.from({ length: 40 }, (_, index) => addOne(index)))
    const rows = await store.db.selectFrom('account').select('balance').execute()
    assert.deepEqual(
      rows.map((row) => row.balance),
      [40],
    )
  })

  test('given any mix of transactions at once, some of which throw or break a rule, then just the others are kept, and each is told what became of it', async (t) => {
    const { store } = await openBank(t, fresh)
    const ends = fc.constantFrom('ok', 'throws', 'breaks a rule', 'swallows it')
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ end: ends, pauses: fc.nat(2) }), { maxLength: 12 }), async (mix) => {
        run += 1
        const told = await Promise.allSettled(
          mix.map(({ end, pauses }, index) =>
            store.transaction(async (tx) => {
              await tx
                .insertInto('account')
                .values(account(`${run}/${index}`, 1))
                .execute()
              for (let i = 0; i < pauses; i++) await setImmediate()
              if (end === 'throws') throw new Error('mishap')
              const wrong = tx.insertInto('account').values(account(`${run}/${index} wrong`, -1))
              if (end === 'breaks a rule') await wrong.execute()
              if (end === 'swallows it') await wrong.execute().catch(() => {})
            }),
          ),
        )
        const rows = await store.db.selectFrom('account').select('id').where('id', 'like', `${run}/%`).execute()
        const kept = told.flatMap(({ status }, index) => (status === 'fulfilled' ? [`${run}/${index}`] : []))
        assert.deepEqual(rows.map(({ id }) => id).sort(), kept.sort())
        for (const [index, { end }] of mix.entries()) {
          if (end === 'ok') assert.equal(told[index]?.status, 'fulfilled')
          if (end === 'throws' || end === 'breaks a rule') assert.equal(told[index]?.status, 'rejected')
        }
      }),
      { numRuns: 50 },
    )
  })
}
