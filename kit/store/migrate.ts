import type { DatabaseConnection } from 'kysely'
import type { Engine } from './engine.ts'
import { statement } from './statement.ts'
import { type Migration, StoreFault } from './store.ts'

const TABLE = 'create table if not exists migrations (name text primary key, at bigint not null)'
const applied = statement<{ name: string }>('select name from migrations')
const note = statement('insert into migrations (name, at) values ($1, $2)')

/**
 * Runs inside one transaction what this database has not seen yet: either all of it is there afterwards or nothing. Processes that start together take turns.
 */
export async function migrate(
  engine: Engine,
  connection: DatabaseConnection,
  migrations: readonly Migration[],
): Promise<void> {
  await engine.lockMigrations(connection)
  await engine.script(connection, TABLE)
  const { rows } = await connection.executeQuery<{ name: string }>(applied())
  const done = new Set(rows.map((row) => row.name))
  for (const migration of migrations) {
    if (done.has(migration.name)) continue
    await run(engine, connection, migration)
    await connection.executeQuery(note(migration.name, Date.now()))
  }
}

async function run(engine: Engine, connection: DatabaseConnection, migration: Migration): Promise<void> {
  const sql = typeof migration.up === 'string' ? migration.up : migration.up[engine.name]
  try {
    await engine.script(connection, sql)
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    throw new StoreFault(error.code, `migration "${migration.name}" failed: ${error.message}`, {
      retriable: error.retriable,
      cause: error,
    })
  }
}

/** Two migrations of one name would silently be one. */
export function assertDistinctNames(migrations: readonly Migration[]): void {
  const names = new Set<string>()
  for (const { name } of migrations) {
    if (names.has(name)) throw new StoreFault('other', `two migrations are named "${name}": give each its own name`)
    names.add(name)
  }
}
