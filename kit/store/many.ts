import type { Store } from './store.ts'

/** How a column travels inside a JSON parameter. PostgreSQL needs to be told; SQLite finds out by itself. */
export type WireType = 'text' | 'bigint' | 'double precision'

/**
 * Any number of values or rows in one parameter, so that the SQL text stays the same: a JSON array for SQLite's `json_each`, a real array or `jsonb` for
 * PostgreSQL. The fragments are pieces of SQL; `parameter` is the placeholder (`$1`), the functions without one encode the argument for it.
 */
export interface Many {
  /** SQL: is `column` one of the values in `parameter`? */
  oneOf(column: string, parameter: string, type: 'text' | 'bigint'): string
  values(list: readonly (string | number)[]): unknown
  /** SQL: a table of the rows in `parameter`, with the columns named, and `ord`, which rises in the order given. */
  rows(parameter: string, columns: Readonly<Record<string, WireType>>): string
  tuples(rows: readonly (readonly (string | number | null)[])[]): unknown
}

const sqlite: Many = {
  oneOf: (column, parameter) => `${column} in (select value from json_each(${parameter}))`,
  values: (list) => JSON.stringify(list),
  rows: (parameter, columns) => {
    const list = Object.keys(columns).map((name, index) => `value->>${index} as ${quoted(name)}`)
    return `(select key as ord, ${list.join(', ')} from json_each(${parameter}))`
  },
  tuples: (rows) => JSON.stringify(rows),
}

const postgres: Many = {
  oneOf: (column, parameter, type) => `${column} = any(${parameter}::${type}[])`,
  values: (list) => list,
  rows: (parameter, columns) => {
    const list = Object.entries(columns).map(([name, type], index) => `(value->>${index})::${type} as ${quoted(name)}`)
    return `(select ord, ${list.join(', ')} from jsonb_array_elements(${parameter}::jsonb) with ordinality as e(value, ord)) as r`
  },
  tuples: (rows) => JSON.stringify(rows),
}

export function manyFor(dialect: Store<unknown>['dialect']): Many {
  return dialect === 'sqlite' ? sqlite : postgres
}

/** A name as SQL takes it in both dialects. Throws on anything that is not a plain lower-case name. */
export function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new Error(`"${name}" is no table or column name of ours: use a-z, 0-9 and _, starting with a letter`)
  }
  return `"${name}"`
}

/**
 * Text that both databases can keep: PostgreSQL has no NUL character in text, and neither keeps half of a surrogate pair. Both become U+FFFD, so that a
 * hostile key or id cannot stop a whole batch.
 */
export function storable(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}
