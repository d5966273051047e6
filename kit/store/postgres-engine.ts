import { type DatabaseConnection, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Engine } from './engine.ts'
import { postgresFault } from './postgres-faults.ts'
import { statement } from './statement.ts'
import { StoreFault } from './store.ts'

const POOL = {
  max: 4,
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 10_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
  /** The client's own limit, for a server that has gone silent. */
  query_timeout: 15_000,
  keepAlive: true,
  application_name: 'saga-lab',
}

/** So many statement texts are prepared by name, once a connection; further ones (with lists spelled out in them) are planned each time. */
const NAMED_STATEMENTS = 200

/** Any number that no other program in this database is likely to lock. */
const MIGRATION_LOCK = 7_246_111_820
const lock = statement('select pg_advisory_xact_lock($1)')

export async function postgresEngine(url: string): Promise<Engine> {
  const place = withoutPassword(url)
  const dialect = new PostgresDialect({ pool: guardedPool(url, place) })
  const driver = dialect.createDriver()
  return {
    name: 'postgres',
    place,
    driver,
    dialect: {
      createDriver: () => driver,
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
    },
    script: async (connection, sql) => {
      await connection.executeQuery(statement(sql)())
    },
    lockMigrations: async (connection: DatabaseConnection) => {
      await connection.executeQuery(lock(MIGRATION_LOCK))
    },
  }
}

function guardedPool(url: string, place: string): PostgresPool {
  const pool = new pg.Pool({ connectionString: url, ...POOL, types: { getTypeParser } })
  // An idle connection that breaks is replaced when the next one is asked for; without a listener it would end the process.
  pool.on('error', () => {})
  const names = new Map<string, string>()
  const known = new WeakMap<pg.PoolClient, GuardedClient>()
  return {
    async connect() {
      try {
        const client = await pool.connect()
        const guarded = known.get(client) ?? new GuardedClient(client, place, names)
        known.set(client, guarded)
        return guarded
      } catch (error) {
        throw postgresFault(error, place)
      }
    },
    end: () => pool.end(),
  }
}

/** Names hot statements, turns errors into faults, and does not give a broken connection back to the pool. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  readonly #place: string
  readonly #names: Map<string, string>
  #broken = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: pg.PoolClient, place: string, names: Map<string, string>) {
    this.#client = client
    this.#place = place
    this.#names = names
    client.on('error', () => {
      this.#broken = true
    })
  }

  /** Kysely's interface promises cursors too; we give it none (`cursor` is not configured), so only texts arrive here. */
  query: PostgresPoolClient['query'] = (text: unknown, values: readonly unknown[] = []) =>
    this.#inTurn(() => this.#query(String(text), [...values])) as never

  /** One statement after the other, also when the work starts several at once: a ROLLBACK then comes behind all of them. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  async #query(text: string, values: unknown[]): Promise<unknown> {
    try {
      const name = values.length > 0 ? this.#nameOf(text) : undefined
      const result = await this.#client.query(name === undefined ? { text, values } : { name, text, values })
      // PostgreSQL answers COMMIT with a polite ROLLBACK when a statement of the transaction had failed.
      if (text === 'commit' && result.command !== 'COMMIT') {
        throw new StoreFault('other', 'nothing was committed: a statement of this transaction had failed before')
      }
      return result
    } catch (error) {
      const fault = postgresFault(error, this.#place)
      if (text === 'rollback' || (fault instanceof StoreFault && fault.code === 'unreachable')) this.#broken = true
      throw fault
    }
  }

  release(): void {
    this.#client.release(this.#broken)
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= NAMED_STATEMENTS) return known
    const name = `s${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}

/** 64-bit integers come as numbers, as from SQLite; one that a number cannot hold is an error and not a wrong value. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return safeInteger
  return pg.types.getTypeParser(oid, format as 'text')
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new StoreFault('other', `${text} is too large for a number: keep it as text`)
  return value
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url)
    if (parsed.password !== '') parsed.password = '***'
    return parsed.toString()
  } catch (error) {
    throw new StoreFault(
      'unreachable',
      'the PostgreSQL URL cannot be read: write postgres://user:password@host:5432/database',
      {
        cause: error,
      },
    )
  }
}
