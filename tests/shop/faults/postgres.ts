import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { startPostgres } from '../../../kit/store/postgres-server.ts'
import { type Service, services } from './rig.ts'

/** A database for each service, on the server of DATABASE_URL or on one of our own. */
export interface Databases {
  readonly urls: Readonly<Record<Service, string>>
  /** Drops them. The shop must have let them go. */
  leave(): Promise<void>
}

const command = async (url: string, statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const urlOf = (server: string, database: string): string => {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Or the reason why there is no PostgreSQL here. */
export const postgresDatabases = async (): Promise<Databases | { readonly why: string }> => {
  const own = process.env.DATABASE_URL ? null : await startPostgres()
  if (own !== null && 'unavailable' in own) return { why: own.unavailable }
  const server = own?.url ?? process.env.DATABASE_URL!
  const run = randomUUID().slice(0, 8)
  const names = services.map((service) => [service, `faults_${run}_${service}`] as const)
  await command(
    server,
    names.map(([, name]) => `create database ${name}`),
  )
  return {
    urls: Object.fromEntries(names.map(([service, name]) => [service, urlOf(server, name)])) as Record<Service, string>,
    leave: async () => {
      await command(
        server,
        names.map(([, name]) => `drop database if exists ${name} with (force)`),
      )
      await own?.stop()
    },
  }
}
