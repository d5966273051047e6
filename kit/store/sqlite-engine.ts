import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { whileBusy } from './backoff.ts'
import type { Engine } from './engine.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { SqliteDriver } from './sqlite-driver.ts'
import { sqliteFault } from './sqlite-faults.ts'
import { StoreFault } from './store.ts'

/** SQLite's own waiting for a lock blocks the whole process, heartbeats to Kafka too; so it is short, and longer waits are ours (sqlite-driver.ts). */
const BUSY_TIMEOUT_MS = 5

/** Pages of 4 KiB in the write-ahead log before they are copied home: rarer means fewer slow commits, and at most some 16 MB of log. */
const CHECKPOINT_PAGES = 4_000

/** Room for what a batch of some hundred events touches. More is memory that the system's own cache of the file makes up for. */
const CACHE_KIB = 3 * 1024

const PRAGMAS = [
  'pragma journal_mode = wal',
  'pragma synchronous = full',
  'pragma foreign_keys = on',
  `pragma cache_size = -${CACHE_KIB}`,
  `pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
  `pragma journal_size_limit = ${64 * 1024 * 1024}`,
]

/** `path`: a file, made with its folder when missing and readable by its owner alone, or `:memory:`. */
export async function sqliteEngine(path: string): Promise<Engine> {
  const inMemory = path === ':memory:'
  const place = inMemory ? path : resolve(path)
  if (!inMemory) makeFile(place)
  const db = open(place)
  const database = new SqliteDatabase(db, place)
  try {
    for (const pragma of PRAGMAS)
      await whileBusy(async () => database.exec(pragma), { deadlineMs: 10_000, firstMs: 5, maxMs: 50 })
  } catch (error) {
    database.close()
    throw error
  }
  const driver = new SqliteDriver(database)
  return {
    name: 'sqlite',
    place,
    driver,
    dialect: dialectOf(driver),
    script: async (_, sql) => database.exec(sql),
    // BEGIN IMMEDIATE holds the only write lock that there is.
    lockMigrations: async () => {},
  }
}

function dialectOf(driver: SqliteDriver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** SQLite gives its side files (-wal, -shm) the mode of the main file. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    const isNew = !existsSync(path)
    closeSync(openSync(path, 'a', 0o600))
    if (isNew) chmodSync(path, 0o600)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StoreFault('unreachable', `cannot make the database file ${path}: ${reason}`, { cause: error })
  }
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  } catch (error) {
    throw sqliteFault(error, path)
  }
}
