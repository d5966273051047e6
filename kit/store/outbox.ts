import type { Transaction } from 'kysely'
import type { Ledger, OutboxRow } from './ledger.ts'
import { manyFor, storable } from './many.ts'
import { statement } from './statement.ts'
import type { Store } from './store.ts'

type Outbox = Pick<Ledger, 'enqueue' | 'unsent' | 'markSent' | 'markTried' | 'adopt' | 'backlog'>

interface StoredRow {
  readonly id: number
  readonly aggregate_id: string
  readonly topic: string
  readonly key: string | null
  readonly payload: string | null
  readonly headers: string
  readonly created_at: number
}

const COLUMNS = { aggregate_id: 'text', topic: 'text', key: 'text', payload: 'text', headers: 'text' } as const

const list = Object.keys(COLUMNS).join(', ')

type Tuple = readonly (string | null)[]
/** Returns the ids, in the order of the rows. */
type Add = <DB>(tx: Transaction<DB>, owner: string, at: number, tuples: readonly Tuple[]) => Promise<number[]>

const addOne = statement(`insert into outbox (owner, created_at, ${list}) values ($1, $2, $3, $4, $5, $6, $7)`)

const addToSqlite: Add = async (tx, owner, at, tuples) => {
  const { insertId } = await tx.executeQuery(addOne.forEach(tuples.map((tuple) => [owner, at, ...tuple])))
  // Nobody else writes meanwhile, and each row gets the highest id plus one (tables.ts).
  return tuples.map((_, index) => Number(insertId) - tuples.length + 1 + index)
}

const addAll = statement<{ id: number }>(
  `insert into outbox (owner, created_at, ${list})
   select $1, $2, ${list} from ${manyFor('postgres').rows('$3', COLUMNS)} order by ord returning id`,
)

const addToPostgres: Add = async (tx, owner, at, tuples) => {
  const { rows } = await tx.executeQuery(addAll(owner, at, manyFor('postgres').tuples(tuples)))
  // Ids were given in the order of the rows; the order of RETURNING is not promised.
  return rows.map((row) => row.id).sort((a, b) => a - b)
}

function outboxSql(dialect: Store<unknown>['dialect']) {
  const many = manyFor(dialect)
  // Rows that another process is adopting or marking at this moment are left to it.
  const skipLocked = dialect === 'postgres' ? 'for update skip locked' : ''
  return {
    many,
    // Never "id > the last one sent": in PostgreSQL ids become visible in the order of commits, and a late one would be lost.
    unsent: statement<StoredRow>(
      `select id, created_at, ${list} from outbox where owner = $1 and sent_at is null order by id limit $2`,
    ),
    markSent: statement(`update outbox set sent_at = $1 where ${many.oneOf('id', '$2', 'bigint')}`),
    markTried: statement(`update outbox set attempts = attempts + 1 where ${many.oneOf('id', '$1', 'bigint')}`),
    adopt: statement(
      `update outbox set owner = $1 where id in
       (select id from outbox where sent_at is null and owner <> $1 and created_at < $2 order by id ${skipLocked})`,
    ),
    backlog: statement<{ unsent: number; oldest: number | null; parked: number }>(
      `select count(*) as unsent, min(created_at) as oldest, (select count(*) from parked) as parked
       from outbox where sent_at is null`,
    ),
  }
}

export function outbox<DB>(store: Store<DB>): Outbox {
  const { many, ...sql } = outboxSql(store.dialect)
  const add = store.dialect === 'sqlite' ? addToSqlite : addToPostgres
  const { db } = store

  return {
    async enqueue(tx, owner, rows, at) {
      if (rows.length === 0) return []
      const tuples = rows.map((row) => [
        storable(row.aggregateId),
        storable(row.topic),
        row.key === null ? null : storable(row.key),
        row.payload === null ? null : storable(row.payload),
        JSON.stringify(row.headers),
      ])
      const ids = await add(tx, owner, at, tuples)
      return rows.map((row, index) => ({ ...row, id: ids[index]!, createdAt: at }))
    },

    async unsent(owner, limit) {
      const { rows } = await db.executeQuery(sql.unsent(owner, limit))
      return rows.map(fromStored)
    },

    async markSent(ids, at) {
      if (ids.length > 0) await db.executeQuery(sql.markSent(at, many.values(ids)))
    },

    async markTried(ids) {
      if (ids.length > 0) await db.executeQuery(sql.markTried(many.values(ids)))
    },

    async adopt(owner, before) {
      const { numAffectedRows } = await db.executeQuery(sql.adopt(owner, before))
      return Number(numAffectedRows ?? 0)
    },

    async backlog() {
      const { rows } = await db.executeQuery(sql.backlog())
      return rows[0]!
    },
  }
}

function fromStored(row: StoredRow): OutboxRow {
  return {
    id: row.id,
    aggregateId: row.aggregate_id,
    topic: row.topic,
    key: row.key,
    payload: row.payload,
    headers: JSON.parse(row.headers),
    createdAt: row.created_at,
  }
}
