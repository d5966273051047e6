import type { Ledger, ParkedRow } from './ledger.ts'
import { manyFor, storable } from './many.ts'
import { statement } from './statement.ts'
import type { Store } from './store.ts'

type Parking = Pick<Ledger, 'parkedKeys' | 'park' | 'due' | 'nextDue' | 'unpark' | 'postpone'>

interface StoredRow {
  readonly id: number
  readonly consumer: string
  readonly key: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly event_id: string
  readonly payload: string
  readonly headers: string
  readonly attempts: number
  readonly due_at: number
  readonly error: string | null
}

const COLUMNS = {
  consumer: 'text',
  key: 'text',
  topic: 'text',
  partition: 'bigint',
  offset: 'text',
  event_id: 'text',
  payload: 'text',
  headers: 'text',
  attempts: 'bigint',
  due_at: 'bigint',
  error: 'text',
} as const

/** An event that waits behind another of its key is not due, whatever its own time says. */
const IS_FIRST_OF_KEY = `not exists
  (select 1 from parked as earlier where earlier.consumer = p.consumer and earlier.key = p.key and earlier.id < p.id)`

function parkingSql(dialect: Store<unknown>['dialect']) {
  const many = manyFor(dialect)
  const list = Object.keys(COLUMNS)
    .map((name) => `"${name}"`)
    .join(', ')
  return {
    many,
    any: statement('select 1 as some from parked where consumer = $1 limit 1'),
    keys: statement<{ key: string }>(
      `select distinct key from parked where consumer = $1 and ${many.oneOf('key', '$2', 'text')}`,
    ),
    add: statement(
      `insert into parked (parked_at, ${list})
       select $1, ${list} from ${many.rows('$2', COLUMNS)} where true order by ord on conflict do nothing`,
    ),
    // With several processes each takes other rows; a row that one of them holds still keeps its followers back.
    due: statement<StoredRow>(
      `select id, ${list} from parked as p where consumer = $1 and due_at <= $2 and ${IS_FIRST_OF_KEY}
       order by id limit $3 ${dialect === 'postgres' ? 'for update skip locked' : ''}`,
    ),
    next: statement<{ next: number | null }>(
      `select min(due_at) as next from parked as p where consumer = $1 and ${IS_FIRST_OF_KEY}`,
    ),
    remove: statement(`delete from parked where ${many.oneOf('id', '$1', 'bigint')}`),
    postpone: statement('update parked set attempts = $1, due_at = $2, error = $3 where id = $4'),
  }
}

export function parking<DB>(store: Store<DB>): Parking {
  const { many, ...sql } = parkingSql(store.dialect)
  return {
    async parkedKeys(tx, consumer, keys) {
      const { rows: any } = await tx.executeQuery(sql.any(consumer))
      if (any.length === 0 || keys.length === 0) return new Set()
      const { rows } = await tx.executeQuery(sql.keys(consumer, many.values(keys.map(storable))))
      const found = new Set(rows.map((row) => row.key))
      return new Set(keys.filter((key) => found.has(storable(key))))
    },

    async park(tx, rows, at) {
      if (rows.length > 0) await tx.executeQuery(sql.add(at, many.tuples(rows.map(toTuple))))
    },

    async due(tx, consumer, now, limit) {
      const { rows } = await tx.executeQuery(sql.due(consumer, now, limit))
      return rows.map(fromStored)
    },

    async nextDue(consumer) {
      const { rows } = await store.db.executeQuery(sql.next(consumer))
      return rows[0]!.next
    },

    async unpark(tx, ids) {
      if (ids.length > 0) await tx.executeQuery(sql.remove(many.values(ids)))
    },

    async postpone(tx, id, attempts, dueAt, error) {
      await tx.executeQuery(sql.postpone(attempts, dueAt, storable(error), id))
    },
  }
}

function toTuple(row: Omit<ParkedRow, 'id'>): (string | number | null)[] {
  return [
    row.consumer,
    storable(row.key),
    storable(row.topic),
    row.partition,
    row.offset,
    storable(row.eventId),
    storable(row.payload),
    JSON.stringify(row.headers),
    row.attempts,
    row.dueAt,
    row.error === null ? null : storable(row.error),
  ]
}

function fromStored({ event_id, due_at, headers, ...row }: StoredRow): ParkedRow {
  return { ...row, eventId: event_id, dueAt: due_at, headers: JSON.parse(headers) }
}
