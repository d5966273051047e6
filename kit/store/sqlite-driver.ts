import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { type Patience, whileBusy } from './backoff.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { statement } from './statement.ts'
import { StoreFault } from './store.ts'
import { Turns } from './turns.ts'

/**
 * How long we go on asking for a lock that another process holds. The waiting inside SQLite (BUSY_TIMEOUT_MS in sqlite-engine.ts) stops the event loop
 * and is kept short; the rest is waited here.
 */
const PATIENCE: Patience = { deadlineMs: 10_000, firstMs: 2, maxMs: 50 }

/** So many transactions share one wait for the disk at most: the first of them is not kept waiting by an endless line. */
const SHARED = 8

const BEGIN = statement('begin immediate')()
const COMMIT = statement('commit')()
const ROLLBACK = statement('rollback')()
const SAVEPOINT = statement('savepoint joined')()
const RELEASE = statement('release joined')()
const ROLLBACK_TO = statement('rollback to joined')()

/** What one holder of the turn sees of the database: queries, or one transaction. */
class Visit implements DatabaseConnection {
  readonly executeQuery: <R>(query: CompiledQuery) => Promise<QueryResult<R>>
  /** `joined`: inside the transaction of others, who wait for this one to commit together. `left`: it waits itself, and the turn is another's. */
  state: 'outside' | 'first' | 'joined' | 'left' = 'outside'

  constructor(run: (visit: Visit, query: CompiledQuery) => Promise<QueryResult<never>>) {
    this.executeQuery = (query) => run(this, query)
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }
}

/**
 * One connection, taken in turns. A transaction that ends while another waits for its turn leaves its commit to that one: they go to the disk together (group commit),
 * and each is told of success when both are safe there. One that fails is undone alone, by its savepoint.
 */
export class SqliteDriver implements Driver {
  readonly #database: SqliteDatabase
  readonly #turns = new Turns(PATIENCE.deadlineMs)
  /** Those who are done and wait for the commit that they share. */
  #waiting: PromiseWithResolvers<void>[] = []

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Visit> {
    await this.#turns.take()
    return new Visit((visit, query) => this.#query(visit, query))
  }

  /** Always IMMEDIATE: a transaction that reads first and asks for the write lock later fails at once when another wrote in between. */
  async beginTransaction(visit: Visit): Promise<void> {
    if (this.#waiting.length > 0) {
      this.#database.run(SAVEPOINT)
      visit.state = 'joined'
      return
    }
    await whileBusy(async () => this.#database.run(BEGIN), PATIENCE)
    visit.state = 'first'
  }

  async commitTransaction(visit: Visit): Promise<void> {
    this.#assertAlive()
    if (this.#turns.isWanted && this.#waiting.length + 1 < SHARED) {
      if (visit.state === 'joined') this.#database.run(RELEASE)
      visit.state = 'left'
      const shared = Promise.withResolvers<void>()
      this.#waiting.push(shared)
      this.#turns.give()
      return shared.promise
    }
    visit.state = 'outside'
    this.#commit()
  }

  async rollbackTransaction({ state }: Visit): Promise<void> {
    if (state === 'first') this.#rollback()
    if (state !== 'joined' || !this.#database.isInTransaction) return
    try {
      this.#database.run(ROLLBACK_TO)
      this.#database.run(RELEASE)
    } catch {
      // Rather none of those who joined than half of this one.
      this.#rollback()
    }
  }

  async releaseConnection({ state }: Visit): Promise<void> {
    if (state === 'left') return
    this.#commitOthers()
    this.#turns.give()
  }

  async destroy(): Promise<void> {
    await this.#turns.take()
    this.#commitOthers()
    this.#database.close()
    this.#turns.give()
  }

  async #query(visit: Visit, query: CompiledQuery): Promise<QueryResult<never>> {
    if (visit.state !== 'outside') {
      this.#assertAlive()
      return this.#database.run(query)
    }
    // Outside of a transaction nothing may be seen, or written, that is not safe yet.
    this.#commitOthers()
    return whileBusy(async () => this.#database.run(query), PATIENCE)
  }

  #commit(): void {
    const together = this.#waiting
    this.#waiting = []
    try {
      this.#assertAlive()
      this.#database.run(COMMIT)
    } catch (error) {
      this.#rollback()
      for (const { reject } of together) reject(undone(error))
      throw error
    }
    for (const { resolve } of together) resolve()
  }

  #commitOthers(): void {
    if (this.#waiting.length === 0) return
    try {
      this.#commit()
    } catch {
      // Told to those whom it concerns.
    }
  }

  #rollback(): void {
    if (this.#database.isInTransaction) this.#database.run(ROLLBACK)
  }

  #assertAlive(): void {
    if (this.#database.isInTransaction) return
    throw new StoreFault('other', 'this transaction is over: a statement in it failed and SQLite has rolled it back')
  }
}

/** Nothing was wrong with these: they are done once more, by themselves. */
function undone(cause: unknown): StoreFault {
  return new StoreFault('busy', `a transaction that shared its commit failed: ${String(cause)}`, {
    cause,
    retriable: true,
  })
}
