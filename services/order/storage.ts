import type { Kysely, Transaction } from 'kysely'
import { type KeyedStates, keyedStates } from '../../kit/service/keyed-states.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import type { NewOutboxRow } from '../../kit/store/ledger.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import { encodeEvent } from '../contracts/codec.ts'
import type { Order, OrderEmission, OrderEvent } from './domain.ts'

/** An order as it is kept. Times in ms since 1970. */
export interface OrderRecord extends Order {
  readonly createdAt: number
  readonly updatedAt: number
}

export interface OrderTables {
  /** `details` is the JSON of what the order is about: the fields of `order-created`. */
  orders: {
    order_id: string
    status: Order['status']
    reason: string | null
    user_id: string | null
    details: string
    created_at: number
    updated_at: number
  }
  /** The trail: every event of an order that this service said or heard, as it was on the wire. */
  order_events: { event_id: string; order_id: string; at: number; envelope: string }
  idempotency: { key: string; body_hash: string; order_id: string; created_at: number }
}

export const migrations: readonly Migration[] = [
  {
    name: 'order-001-orders',
    up: clustered(
      `create table orders (order_id text primary key, status text not null, reason text, details text not null, created_at bigint not null, updated_at bigint not null)`,
    ),
  },
  { name: 'order-002-by-age', up: 'create index orders_by_age on orders (created_at, order_id)' },
  {
    name: 'order-003-events',
    up: clustered(
      'create table order_events (order_id text not null, at bigint not null, event_id text not null, envelope text not null, primary key (order_id, event_id))',
    ),
  },
  {
    name: 'order-004-idempotency',
    up: clustered(
      'create table idempotency (key text primary key, body_hash text not null, order_id text not null, created_at bigint not null)',
    ),
  },
  {
    name: 'order-005-user',
    up: {
      sqlite: `alter table orders add column user_id text; update orders set user_id = details ->> 'userId'`,
      postgres: `alter table orders add column user_id text; update orders set user_id = details::json ->> 'userId'`,
    },
  },
]

/** Where users see their own orders alone, they are found by this; elsewhere it would only make each order dearer. */
export const byUser: Migration = {
  name: 'order-006-by-user',
  up: 'create index orders_by_user on orders (user_id, created_at, order_id)',
}

export interface AuditEntry {
  readonly eventId: string
  readonly eventType: string
  readonly source: string
  readonly timestamp: string
  readonly causationId: string | null
  readonly data: Record<string, unknown>
}

export interface Page {
  readonly orders: readonly OrderRecord[]
  /** Give it back to get the next page; null at the end. */
  readonly cursor: string | null
}

const orderTable = {
  table: 'orders',
  key: ['order_id'],
  columns: ['order_id', 'status', 'reason', 'user_id', 'details', 'created_at', 'updated_at'],
} as const
const eventTable = {
  table: 'order_events',
  key: ['order_id', 'event_id'],
  columns: ['event_id', 'order_id', 'at', 'envelope'],
} as const

type OrderRow = OrderTables['orders']

const toOrder = (row: OrderRow): OrderRecord => ({
  ...JSON.parse(row.details),
  status: row.status,
  reason: row.reason,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
})

const toRow = ({ status, reason, createdAt, updatedAt, ...details }: OrderRecord): OrderRow => ({
  order_id: details.orderId,
  status,
  reason,
  user_id: details.userId ?? null,
  details: JSON.stringify(details),
  created_at: createdAt,
  updated_at: updatedAt,
})

const encodeCursor = ({ createdAt, orderId }: OrderRecord): string =>
  Buffer.from(`${createdAt}:${orderId}`).toString('base64url')
const decodeCursor = (cursor: string): [number, string] => {
  const [, at = '', orderId = ''] = /^(\d+):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  return [Number(at), orderId]
}

export const createOrders = (db: Kysely<OrderTables>) => ({
  load: async (tx: Transaction<OrderTables>, ids: readonly string[]): Promise<Map<string, OrderRecord>> => {
    const rows = await loadByIds<OrderRow, OrderTables>(tx, { table: 'orders', idColumn: 'order_id', ids })
    return new Map(rows.map((row) => [row.order_id, toOrder(row)]))
  },

  save: (tx: Transaction<OrderTables>, orders: readonly OrderRecord[]): Promise<void> =>
    upsertAll(tx, orderTable, orders.map(toRow)),

  audit: (tx: Transaction<OrderTables>, rows: readonly NewOutboxRow[]): Promise<void> =>
    upsertAll(
      tx,
      eventTable,
      rows.map((row) => auditRow(JSON.parse(row.payload ?? '{}'), row.aggregateId, row.payload ?? '')),
    ),

  byIdempotencyKeys: async (tx: Transaction<OrderTables>, keys: readonly string[]) => {
    const known = new Map<string, { bodyHash: string; record: OrderRecord }>()
    if (keys.length === 0) return known
    const rows = await tx
      .selectFrom('idempotency')
      .innerJoin('orders', 'orders.order_id', 'idempotency.order_id')
      .select(['idempotency.key', 'idempotency.body_hash'])
      .selectAll('orders')
      .where('idempotency.key', 'in', keys)
      .execute()
    for (const row of rows) known.set(row.key, { bodyHash: row.body_hash, record: toOrder(row) })
    return known
  },

  rememberKeys: async (
    tx: Transaction<OrderTables>,
    keys: readonly (readonly [string, { bodyHash: string; record: OrderRecord }])[],
    at: number,
  ): Promise<void> => {
    if (keys.length === 0) return
    const rows = keys.map(([key, { bodyHash, record }]) => ({
      key,
      body_hash: bodyHash,
      order_id: record.orderId,
      created_at: at,
    }))
    await tx.insertInto('idempotency').values(rows).execute()
  },

  get: async (orderId: string): Promise<OrderRecord | undefined> => {
    const row = await db.selectFrom('orders').selectAll().where('order_id', '=', orderId).executeTakeFirst()
    return row === undefined ? undefined : toOrder(row)
  },

  list: async (filter: {
    status?: Order['status'] | undefined
    userId?: string | undefined
    limit: number
    cursor?: string | undefined
  }): Promise<Page> => {
    let query = db
      .selectFrom('orders')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('order_id', 'desc')
      .limit(filter.limit)
    if (filter.status !== undefined) query = query.where('status', '=', filter.status)
    if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
    if (filter.cursor !== undefined) {
      const [at, orderId] = decodeCursor(filter.cursor)
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'order_id'), '<', tuple(at, orderId)))
    }
    const orders = (await query.execute()).map(toOrder)
    return { orders, cursor: orders.length === filter.limit ? encodeCursor(orders.at(-1)!) : null }
  },

  history: async (orderId: string): Promise<AuditEntry[]> => {
    const rows = await db
      .selectFrom('order_events')
      .select('envelope')
      .where('order_id', '=', orderId)
      .orderBy('at')
      .execute()
    return rows.map(({ envelope }) => JSON.parse(envelope))
  },
})

export type Orders = ReturnType<typeof createOrders>

const auditRow = (event: { eventId: string; timestamp: string }, orderId: string, envelope: string) => ({
  event_id: event.eventId,
  order_id: orderId,
  at: Date.parse(event.timestamp),
  envelope,
})

export type OrderStates = KeyedStates<OrderEvent, Order> & { readonly records: ReadonlyMap<string, OrderRecord> }

export const createRepository = (
  orders: Orders,
  hooks: { onEnded: (order: OrderRecord) => void },
): Repository<OrderTables, OrderEvent, Order | undefined, OrderEmission, OrderStates> => ({
  load: async (tx, events) => {
    const records = await orders.load(
      tx,
      events.map(({ data }) => data.orderId),
    )
    return { ...keyedStates<OrderEvent, Order>(({ data }) => data.orderId, records), records }
  },
  save: async (tx, states, handled, at) => {
    const changed = states.changed().map((order) => ({
      ...order,
      createdAt: states.records.get(order.orderId)!.createdAt,
      updatedAt: at,
    }))
    await orders.save(tx, changed)
    changed.forEach(hooks.onEnded)
    const ours = handled.filter(({ event }) => states.records.has(event.data.orderId))
    await upsertAll(
      tx,
      eventTable,
      ours.map(({ event }) => auditRow(event, event.data.orderId, JSON.stringify(event))),
    )
    await orders.audit(
      tx,
      ours.flatMap(({ event, emit }) => emit.map((emission) => encodeEvent(emission, 'order', event, at))),
    )
  },
})
