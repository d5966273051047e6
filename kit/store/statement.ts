import { CompiledQuery } from 'kysely'

/**
 * A statement whose text never changes: built once, so that each use costs one small object and the database finds its prepared form by the text.
 * Parameters are `$1`, `$2`, … in both dialects.
 */
export interface Statement<Row> {
  (...parameters: unknown[]): CompiledQuery<Row>
  readonly sql: string
  /**
   * SQLite only: the statement once for each row of parameters, in their order; the result counts what all of them changed. For rows of several
   * columns that costs half of what it costs to pass them as JSON.
   */
  forEach(rows: Rowwise['rows']): Rowwise<Row>
}

export interface Rowwise<Row = unknown> extends CompiledQuery<Row> {
  readonly rows: readonly (readonly unknown[])[]
}

export function statement<Row = unknown>(sql: string): Statement<Row> {
  const { query, queryId } = CompiledQuery.raw(sql)
  const bind = (...parameters: unknown[]): CompiledQuery<Row> => ({ sql, query, queryId, parameters })
  return Object.assign(bind, { sql, forEach: (rows: Rowwise['rows']) => ({ ...bind(), rows }) })
}
