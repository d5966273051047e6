import type { Kysely, Transaction } from 'kysely'

/** Opens a service's database and brings its tables up to date. `DB` is the table map of that service (Kysely's). */
export interface StoreOptions {
  /** A path of a SQLite file (`/…/order.db`), `:memory:`, or a `postgres://…` URL. */
  readonly url: string
  /** Statements that make the service's own tables; each runs once, in order, remembered by name. Portable SQL, or one text a dialect. */
  readonly migrations: readonly Migration[]
}

export interface Migration {
  readonly name: string
  readonly up: string | { readonly sqlite: string; readonly postgres: string }
}

/**
 * A table that is kept in the order of its primary key, where the database has a choice: every page that a SQLite transaction touches costs it, and
 * rows beside an index of their own touch two.
 */
export const clustered = (createTable: string): Migration['up'] => ({
  sqlite: `${createTable} without rowid`,
  postgres: createTable,
})

/** The two tables that the kit owns in every service's database stand beside the service's own (see kit/store/tables.ts). */
export interface Store<DB> {
  readonly dialect: 'sqlite' | 'postgres'
  readonly db: Kysely<DB>
  /**
   * One short write transaction. SQLite: BEGIN IMMEDIATE, retried while another process holds the lock (never blocking the event
   * loop for long); PostgreSQL: READ COMMITTED, retried on 40001 and 40P01. `work` may run more than once, so it must do nothing but SQL.
   * On SQLite the transactions of one process queue up and share their commits, on PostgreSQL they run side by side; nothing but SQL may be awaited inside.
   */
  transaction<T>(work: (tx: Transaction<DB>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type StoreFaultCode = 'busy' | 'full' | 'corrupt' | 'unreachable' | 'constraint' | 'other'

export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  readonly code: StoreFaultCode
  /** May the same transaction succeed later as it is? */
  readonly retriable: boolean
  constructor(code: StoreFaultCode, message: string, facts: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.retriable = facts.retriable ?? false
  }
}
