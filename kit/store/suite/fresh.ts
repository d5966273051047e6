import type { TestContext } from 'node:test'
import { createLedger } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { openStore } from '../open-store.ts'
import type { Migration, Store } from '../store.ts'

/** Makes an empty database that goes away with the test, and returns its URL. */
export type Fresh = (t: TestContext) => Promise<string>

/** The tables of a small service, as the tests know it. */
export interface BankTables {
  account: { id: string; balance: number; note: string | null }
  entry: { id: string; amount: number }
}

export const bankMigrations: readonly Migration[] = [
  {
    name: 'bank-1',
    up: 'create table account (id text primary key, balance bigint not null check (balance >= 0), note text)',
  },
  { name: 'bank-2', up: 'create table entry (id text primary key, amount double precision not null)' },
]

export const accountShape = { table: 'account', key: 'id', columns: ['id', 'balance', 'note'] } as const

export interface Bank {
  readonly url: string
  readonly store: Store<BankTables>
  readonly ledger: Ledger
  /** One more open store on the same database, with connections of its own, as another process has it. */
  another(): Promise<Store<BankTables>>
}

export async function openBank(t: TestContext, fresh: Fresh): Promise<Bank> {
  const url = await fresh(t)
  const another = async () => {
    const store = await openStore<BankTables>({ url, migrations: bankMigrations })
    t.after(() => store.close())
    return store
  }
  const store = await another()
  return { url, store, ledger: createLedger(store), another }
}

export const account = (id: string, balance: number, note: string | null = null): BankTables['account'] => ({
  id,
  balance,
  note,
})
