import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

export type Row = Readonly<Record<string, unknown>>

/** A service's database, read from outside while the service has it open. */
export interface Reader {
  rows(sql: string): Promise<readonly Row[]>
  /** `ok`, or what is broken. */
  integrity(): Promise<string>
  close(): Promise<void>
}

const sqliteReader = (path: string): Reader => {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  return {
    rows: async (sql) => db.prepare(sql).all() as Row[],
    integrity: async () => String((db.prepare('pragma integrity_check').get() as Row).integrity_check),
    close: async () => db.close(),
  }
}

const postgresReader = async (url: string): Promise<Reader> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    rows: async (sql) => (await client.query(sql)).rows as Row[],
    // PostgreSQL checks its pages as it reads them; there is no question to ask.
    integrity: async () => 'ok',
    close: () => client.end(),
  }
}

/** `place`: a path of a SQLite file or a `postgres://` URL. */
export const openReader = async (place: string): Promise<Reader> =>
  place.startsWith('postgres') ? postgresReader(place) : sqliteReader(place)
