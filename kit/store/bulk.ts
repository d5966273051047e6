import { type CompiledQuery, type Kysely, PostgresAdapter, type Transaction } from 'kysely'
import { quoted, storable } from './many.ts'
import { type Statement, statement } from './statement.ts'

/** What one column may hold: JSON values go in as JSON text. */
export type Cell = string | number | null

/** Names of a table's parts: lower-case letters, digits and `_`; they become part of the SQL. */
export interface RowsById {
  readonly table: string
  readonly idColumn: string
  readonly ids: readonly (string | number)[]
}

export interface TableShape<Row> {
  readonly table: string
  /** The column or columns of its primary key (or of a unique index). */
  readonly key: (keyof Row & string) | readonly (keyof Row & string)[]
  /** All columns to be written, the key's among them. */
  readonly columns: readonly (keyof Row & string)[]
}

/**
 * The rows with these ids, in no certain order; ids that have no row are just missing. Until the transaction ends no other
 * `loadByIds` of the same table gets past one of these ids, also where there is no row yet: read, decide, write is safe with several processes.
 */
export async function loadByIds<Row, DB = unknown>(
  tx: Transaction<DB>,
  { table, idColumn, ids }: RowsById,
): Promise<Row[]> {
  if (ids.length === 0) return []
  const isPostgres = speaksPostgres(tx)
  const known = isPostgres ? ids.map(storableId) : ids
  if (isPostgres) await tx.executeQuery(lockIds(table, known.map(String)))
  const query = cached<Row>(
    `load ${isPostgres} ${table} ${idColumn}`,
    () => `select * from ${quoted(table)} where ${isOneOf(idColumn, isPostgres)}`,
  )
  const { rows } = await tx.executeQuery(query(isPostgres ? known : JSON.stringify(known)))
  return rows
}

const storableId = <Id extends string | number>(id: Id) => (typeof id === 'string' ? storable(id) : id)

/** Deletes the rows with these ids; ids that have no row are passed over. */
export async function deleteByIds<DB = unknown>(
  tx: Transaction<DB>,
  { table, idColumn, ids }: RowsById,
): Promise<void> {
  if (ids.length === 0) return
  const isPostgres = speaksPostgres(tx)
  const query = cached(
    `delete ${isPostgres} ${table} ${idColumn}`,
    () => `delete from ${quoted(table)} where ${isOneOf(idColumn, isPostgres)}`,
  )
  await tx.executeQuery(query(isPostgres ? ids.map(storableId) : JSON.stringify(ids)))
}

/** Inserts the rows; where the key exists already, the other columns get the new values. Of several rows with one key the last one counts. */
export async function upsertAll<Row extends Record<keyof Row, Cell>, DB = unknown>(
  tx: Transaction<DB>,
  shape: TableShape<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await tx.executeQuery(insertion(tx, shape, rows, 'update'))
}

/** Inserts the rows whose key is not there yet and leaves the others alone. Returns how many are new. */
export async function insertNew<Row extends Record<keyof Row, Cell>, DB = unknown>(
  tx: Transaction<DB>,
  shape: TableShape<Row>,
  rows: readonly Row[],
): Promise<number> {
  if (rows.length === 0) return 0
  const { numAffectedRows } = await tx.executeQuery(insertion(tx, shape, rows, 'ignore'))
  return Number(numAffectedRows ?? 0)
}

const isOneOf = (idColumn: string, isPostgres: boolean): string =>
  isPostgres ? `${quoted(idColumn)} = any($1)` : `${quoted(idColumn)} in (select value from json_each($1))`

function insertion<Row extends Record<keyof Row, Cell>, DB>(
  tx: Kysely<DB>,
  shape: TableShape<Row>,
  rows: readonly Row[],
  onConflict: 'update' | 'ignore',
): CompiledQuery<unknown> {
  const isPostgres = speaksPostgres(tx)
  const query = cached(`${onConflict} ${isPostgres} ${shape.table} ${keyOf(shape)} : ${shape.columns}`, () =>
    insertionSql(shape, isPostgres, onConflict),
  )
  if (!isPostgres) return query.forEach(rows.map((row) => shape.columns.map((column) => row[column])))
  return query(storableJson(onConflict === 'update' ? lastOfEachKey(shape, rows) : rows))
}

/** Signs that PostgreSQL has no way to keep stand in JSON as escapes; those are rare, so they are looked for before anything is done about them. */
function storableJson(rows: readonly unknown[]): string {
  const json = JSON.stringify(rows)
  if (!json.includes('\\u')) return json
  return JSON.stringify(rows, (_, value) => (typeof value === 'string' ? storable(value) : value))
}

function insertionSql<Row>(shape: TableShape<Row>, isPostgres: boolean, onConflict: 'update' | 'ignore'): string {
  const table = quoted(shape.table)
  const list = shape.columns.map(quoted).join(', ')
  const source = isPostgres
    ? `select ${list} from jsonb_populate_recordset(null::${table}, $1::jsonb)`
    : `values (${shape.columns.map((_, index) => `$${index + 1}`).join(', ')})`
  const target = keyOf(shape).map(quoted).join(', ')
  return `insert into ${table} (${list}) ${source} on conflict (${target}) ${action(shape, onConflict)}`
}

function action<Row>(shape: TableShape<Row>, onConflict: 'update' | 'ignore'): string {
  const key: readonly string[] = keyOf(shape)
  const others = shape.columns.filter((column) => !key.includes(column))
  if (onConflict === 'ignore' || others.length === 0) return 'do nothing'
  return `do update set ${others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')}`
}

/** PostgreSQL refuses to write one row twice in one statement. */
function lastOfEachKey<Row extends Record<keyof Row, Cell>>(shape: TableShape<Row>, rows: readonly Row[]): Row[] {
  if (rows.length === 1) return [...rows]
  const key = keyOf(shape)
  return [...new Map(rows.map((row) => [JSON.stringify(key.map((column) => row[column])), row])).values()]
}

function keyOf<Row>({ key }: TableShape<Row>): readonly (keyof Row & string)[] {
  return typeof key === 'string' ? [key] : (key as readonly (keyof Row & string)[])
}

/**
 * Locks of PostgreSQL that end with the transaction, one for each of 64 groups of ids, always in the same order. Groups, because the server's
 * table of locks is small, and a batch may hold hundreds of ids.
 */
const lockGroups = statement(
  `select count(pg_advisory_xact_lock(hashtext($1), grp)) from
   (select distinct hashtext(id) & 63 as grp from unnest($2::text[]) as ids(id) order by grp) as groups`,
)

function lockIds(table: string, ids: readonly string[]): CompiledQuery<unknown> {
  return lockGroups(table, ids)
}

function speaksPostgres<DB>(db: Kysely<DB>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

const statements = new Map<string, Statement<unknown>>()

/** The few shapes that a service has are built once; they are fixed in its code, so this does not grow. */
function cached<Row = unknown>(name: string, sql: () => string): Statement<Row> {
  const known = statements.get(name) ?? statement(sql())
  statements.set(name, known)
  return known as Statement<Row>
}
