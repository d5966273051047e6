import type { DatabaseConnection, Dialect, Driver } from 'kysely'
import type { Store } from './store.ts'

/** What the two databases do differently, as seen by open-store.ts. Every error that comes out of an engine is a StoreFault. */
export interface Engine {
  readonly name: Store<unknown>['dialect']
  /** Begins, commits and rolls back; its connections run single statements. */
  readonly driver: Driver
  /** Makes Kysely speak this SQL; its `createDriver` gives the driver above. */
  readonly dialect: Dialect
  /** Where the data is, for messages: a path, or a URL without its password. */
  readonly place: string
  /** Runs a text of one or more statements, without parameters, inside the transaction that is open. */
  script(connection: DatabaseConnection, sql: string): Promise<void>
  /** Holds back every other process that migrates the same database until the open transaction ends. */
  lockMigrations(connection: DatabaseConnection): Promise<void>
}
