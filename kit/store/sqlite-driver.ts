import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { type Patience, whileBusy } from './backoff.ts'
import { sqliteFault } from './sqlite-faults.ts'
import { statement } from './statement.ts'
import { StoreFault } from './store.ts'
import { Turns } from './turns.ts'

/** A statement text that is not seen again for so many others is forgotten. */
const CACHED_STATEMENTS = 300

/**
 * How long we go on asking for a lock that another process holds. The waiting inside SQLite (BUSY_TIMEOUT_MS in sqlite-engine.ts) stops the event loop
 * and is kept short; the rest is waited here.
 */
const PATIENCE: Patience = { deadlineMs: 10_000, firstMs: 2, maxMs: 50 }

const BEGIN = statement('begin immediate')()
const COMMIT = statement('commit')()

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

/** One connection, taken in turns. Statements run at once when they are called, so a transaction holds the lock no longer than its SQL takes. */
export class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #prepared = new Map<string, Prepared>()
  #began = false

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#began) {
      this.#assertAlive()
      return this.#run(query)
    }
    return whileBusy(async () => this.#run<R>(query), PATIENCE)
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  /** Always IMMEDIATE: a transaction that reads first and asks for the write lock later fails at once when another wrote in between. */
  begin(): Promise<void> {
    return whileBusy(async () => {
      this.#run(BEGIN)
      this.#began = true
    }, PATIENCE)
  }

  commit(): void {
    this.#assertAlive()
    this.#run(COMMIT)
    this.#began = false
  }

  /** SQLite has rolled back by itself after some errors (disk full); a second ROLLBACK would be an error of its own. */
  rollback(): void {
    this.#began = false
    if (this.#db.isTransaction) this.exec('rollback')
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql)
    } catch (error) {
      throw sqliteFault(error, this.#path)
    }
  }

  close(): void {
    this.#prepared.clear()
    if (this.#db.isOpen) this.#db.close()
  }

  #assertAlive(): void {
    if (this.#db.isTransaction) return
    throw new StoreFault('other', 'this transaction is over: a statement in it failed and SQLite has rolled it back')
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    try {
      const { statement, returnsRows } = this.#prepare(query.sql)
      const parameters = query.parameters as SQLInputValue[]
      if (returnsRows) return { rows: statement.all(...parameters) as R[] }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      throw sqliteFault(error, this.#path)
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'))
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    this.#prepared.set(sql, prepared)
    if (this.#prepared.size > CACHED_STATEMENTS) this.#prepared.delete(this.#prepared.keys().next().value ?? '')
    return prepared
  }
}

export class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection
  readonly #turns = new Turns(PATIENCE.deadlineMs)

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    await this.#turns.take()
    return this.#connection
  }

  beginTransaction(): Promise<void> {
    return this.#connection.begin()
  }

  async commitTransaction(): Promise<void> {
    this.#connection.commit()
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.rollback()
  }

  async releaseConnection(): Promise<void> {
    this.#turns.give()
  }

  async destroy(): Promise<void> {
    await this.#turns.take()
    this.#connection.close()
    this.#turns.give()
  }
}
