import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'
import { sqliteFault } from './sqlite-faults.ts'
import type { Rowwise } from './statement.ts'

/** A statement text that is not seen again for so many others is forgotten. */
const CACHED_STATEMENTS = 300

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

/** Statements run at once when they are called, so a transaction holds the lock no longer than its SQL takes. */
export class SqliteDatabase {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #prepared = new Map<string, Prepared>()

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
  }

  /** SQLite rolls back by itself after some errors (disk full). */
  get isInTransaction(): boolean {
    return this.#db.isTransaction
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql)
    } catch (error) {
      throw sqliteFault(error, this.#path)
    }
  }

  run<R>(query: CompiledQuery | Rowwise): QueryResult<R> {
    try {
      const prepared = this.#prepare(query.sql)
      if ('rows' in query) return changesOf(prepared.statement, query.rows)
      if (prepared.returnsRows) return { rows: prepared.statement.all(...(query.parameters as SQLInputValue[])) as R[] }
      return changesOf(prepared.statement, [query.parameters])
    } catch (error) {
      throw sqliteFault(error, this.#path)
    }
  }

  close(): void {
    this.#prepared.clear()
    if (this.#db.isOpen) this.#db.close()
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

function changesOf(statement: StatementSync, rows: Rowwise['rows']): QueryResult<never> {
  let changed = 0
  let last: number | bigint = 0
  for (const row of rows) {
    const { changes, lastInsertRowid } = statement.run(...(row as SQLInputValue[]))
    changed += Number(changes)
    last = lastInsertRowid
  }
  return { rows: [], numAffectedRows: BigInt(changed), insertId: BigInt(last) }
}
