import { loadByIds, upsertAll } from '../bulk.ts'
import { createLedger } from '../create-ledger.ts'
import { openStore } from '../open-store.ts'
import { account, accountShape, type BankTables, bankMigrations } from './fresh.ts'

/**
 * A process of its own for the tests: adds one to the balance of `shared` and enqueues one event, `times` times (or until it is killed), each in one
 * transaction. Prints a line when it begins and one for each ten.
 */
const [url = '', times = 'Infinity'] = process.argv.slice(2)
const store = await openStore<BankTables>({ url, migrations: bankMigrations })
const ledger = createLedger(store)
console.log('began')
for (let done = 1; done <= Number(times); done++) {
  await store.transaction(async (tx) => {
    const [row] = await loadByIds<BankTables['account'], BankTables>(tx, {
      table: 'account',
      idColumn: 'id',
      ids: ['shared'],
    })
    await upsertAll(tx, accountShape, [account('shared', (row?.balance ?? 0) + 1)])
    const event = { aggregateId: 'shared', topic: 'added', key: 'shared', payload: '{}', headers: {} }
    await ledger.enqueue(tx, 'rival', [event], 1)
  })
  if (done % 10 === 0) console.log(done)
}
await store.close()
