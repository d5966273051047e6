import { Kysely } from 'kysely'
import type { Engine } from './engine.ts'
import { assertDistinctNames, migrate } from './migrate.ts'
import { postgresEngine } from './postgres-engine.ts'
import { sqliteEngine } from './sqlite-engine.ts'
import { type Store, StoreFault, type StoreOptions } from './store.ts'
import { LEDGER_MIGRATIONS } from './tables.ts'
import { transactions } from './transaction.ts'

/**
 * Opens a database (a SQLite file is made when missing) and brings the kit's tables, then the service's, up to date.
 * Throws a StoreFault: `unreachable` (retriable when the server may just be starting), `corrupt`, `full`, or the fault of a migration that failed.
 */
export async function openStore<DB>(options: StoreOptions): Promise<Store<DB>> {
  const migrations = [...LEDGER_MIGRATIONS, ...options.migrations]
  assertDistinctNames(migrations)
  const engine = await engineFor(options.url)
  const db = new Kysely<DB>({ dialect: engine.dialect })
  const transaction = transactions(engine, db)
  try {
    await transaction((tx) =>
      tx.getExecutor().provideConnection((connection) => migrate(engine, connection, migrations)),
    )
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { dialect: engine.name, db, transaction, close: () => db.destroy() }
}

function engineFor(url: string): Promise<Engine> {
  if (/^postgres(ql)?:\/\//.test(url)) return postgresEngine(url)
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]
  if (url.trim() === '' || scheme !== undefined) {
    throw new StoreFault(
      'other',
      `"${scheme ?? ''}" is no store that we know: give the path of a SQLite file, :memory:, or postgres://user:password@host:5432/database`,
    )
  }
  return sqliteEngine(url)
}
