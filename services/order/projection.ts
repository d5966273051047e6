import type { Kysely, Transaction } from 'kysely'
import { upsertAll } from '../../kit/store/bulk.ts'
import { storable } from '../../kit/store/many.ts'
import type { Order } from './domain.ts'
import type { Stream } from './stream.ts'
import type { OrderTables } from './tables.ts'

/** An order as it is answered. Times in ms since 1970; `version`: of the entry of its stream that made it what it is. */
export interface OrderRecord extends Order {
  readonly createdAt: number
  readonly updatedAt: number
  readonly version: number
}

export interface Page {
  readonly orders: readonly OrderRecord[]
  /** Give it back to get the next page; null at the end. */
  readonly cursor: string | null
}

export interface Filter {
  readonly status?: Order['status'] | undefined
  readonly userId?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

type Row = OrderTables['orders']

const columns = [
  'order_id',
  'status',
  'reason',
  'user_id',
  'details',
  'created_at',
  'updated_at',
  'version',
] as const satisfies (keyof Row)[]
const orderTable = { table: 'orders', key: 'order_id', columns } as const

export const toRecord = (row: Row): OrderRecord => ({
  ...JSON.parse(row.details),
  status: row.status,
  reason: row.reason,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
  version: Number(row.version),
})

export const recordOf = ({ order, createdAt, updatedAt, changedIn }: Stream): OrderRecord => ({
  ...order,
  createdAt,
  updatedAt,
  version: changedIn,
})

const text = (value: string | null | undefined): string | null => (value == null ? null : storable(value))

const toRow = ({ order, createdAt, updatedAt, changedIn }: Stream): Row => {
  const { status, reason, ...details } = order
  return {
    order_id: order.orderId,
    status,
    reason: text(reason),
    user_id: text(order.userId),
    details: JSON.stringify(details),
    created_at: createdAt,
    updated_at: updatedAt,
    version: changedIn,
  }
}

const encodeCursor = ({ createdAt, orderId }: OrderRecord): string =>
  Buffer.from(`${createdAt}:${orderId}`).toString('base64url')
const decodeCursor = (cursor: string): [number, string] => {
  const [, at = '', orderId = ''] = /^(\d+):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  return [Number(at), orderId]
}

/** The read side: one row an order, written with the entries that change it. All that asks what orders are now is answered from here. */
export const createProjection = (db: Kysely<OrderTables>) => ({
  save: (tx: Transaction<OrderTables>, streams: readonly Stream[]): Promise<void> =>
    upsertAll(tx, orderTable, streams.map(toRow)),

  /** In the place of whatever the read side says of these orders; only what a rival wrote meanwhile, out of more entries, is left as it is. */
  replace: async (tx: Transaction<OrderTables>, streams: readonly Stream[]): Promise<void> => {
    await tx
      .insertInto('orders')
      .values(streams.map(toRow))
      .onConflict((conflict) =>
        conflict
          .column('order_id')
          .doUpdateSet((row) => Object.fromEntries(columns.map((column) => [column, row.ref(`excluded.${column}`)])))
          .whereRef('orders.version', '<=', 'excluded.version'),
      )
      .execute()
  },

  get: async (orderId: string): Promise<OrderRecord | undefined> => {
    const row = await db.selectFrom('orders').selectAll().where('order_id', '=', orderId).executeTakeFirst()
    return row === undefined ? undefined : toRecord(row)
  },

  /** Those of the ids that there are, in no certain order. */
  getAll: async (orderIds: readonly string[]): Promise<OrderRecord[]> => {
    if (orderIds.length === 0) return []
    return (await db.selectFrom('orders').selectAll().where('order_id', 'in', orderIds).execute()).map(toRecord)
  },

  list: async (filter: Filter): Promise<Page> => {
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
    const orders = (await query.execute()).map(toRecord)
    return { orders, cursor: orders.length === filter.limit ? encodeCursor(orders.at(-1)!) : null }
  },
})
