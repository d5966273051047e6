import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import pg from 'pg'
import { startPostgres, type Unavailable } from '../postgres-server.ts'

export interface DatabaseServer {
  readonly url: string
  /** An empty schema of its own, which the URL makes the default one; dropped when the test ends. A hundred times quicker than a database. */
  freshDatabase(t: TestContext): Promise<string>
  stop(): Promise<void>
}

/** The server at DATABASE_URL (its user must be allowed to create schemas), else one started for this process. */
export async function databaseServer(): Promise<DatabaseServer | Unavailable> {
  const given = process.env.DATABASE_URL
  if (given !== undefined && given !== '') return withDatabases(given, async () => {})
  const server = await startPostgres()
  return 'unavailable' in server ? server : withDatabases(server.url, server.stop)
}

export function withDatabases(url: string, stop: () => Promise<void>): DatabaseServer {
  return {
    url,
    stop,
    async freshDatabase(t) {
      const name = `saga_test_${randomBytes(6).toString('hex')}`
      await execute(url, `create schema ${name}`)
      t.after(() => execute(url, `set lock_timeout = '5s'; drop schema ${name} cascade`))
      const own = new URL(url)
      own.searchParams.set('options', `-c search_path=${name}`)
      return own.toString()
    },
  }
}

export async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
