import type { Transaction } from 'kysely'
import type { States } from '../../kit/service/plan.ts'
import type { Repository } from '../../kit/service/processor.ts'
import type { NewOutboxRow } from '../../kit/store/ledger.ts'
import type { Store } from '../../kit/store/store.ts'
import { encodeEvent, eventIdOf } from '../contracts/codec.ts'
import type { Order, OrderEmission, OrderEvent } from './domain.ts'
import { createProjection, type OrderRecord, recordOf, toRecord } from './projection.ts'
import type { Decided, Line, Stream } from './stream.ts'
import { createStreams } from './stream-store.ts'
import type { OrderTables } from './tables.ts'

/** An event that is said, with its row of the outbox, as it goes into its order's stream. */
export const lineSaid = (event: OrderEmission, { topic, payload }: NewOutboxRow): Line => ({
  eventId: eventIdOf(event),
  type: topic,
  payload: payload ?? '',
})

/** Orders as they are kept: the streams, the read side made of them, and the keys of those who might ask twice. */
export const createOrders = (store: Store<OrderTables>, snapshotEvery: number) => {
  const streams = createStreams(store, snapshotEvery)
  const projection = createProjection(store.db)

  return {
    streams,
    projection,

    /** Keeps what was decided about the orders that were loaded, and shows it on the read side. Returns the orders that changed. */
    keep: async (
      tx: Transaction<OrderTables>,
      loaded: ReadonlyMap<string, Stream>,
      decisions: readonly Decided[],
      at: number,
    ): Promise<OrderRecord[]> => {
      const grown = await streams.append(tx, loaded, decisions, at)
      const changed = [...grown]
        .filter(([orderId, { changedIn }]) => changedIn !== loaded.get(orderId)?.changedIn)
        .map(([, stream]) => stream)
      await projection.save(tx, changed)
      return changed.map(recordOf)
    },

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
      for (const row of rows) known.set(row.key, { bodyHash: row.body_hash, record: toRecord(row) })
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
  }
}

export type Orders = ReturnType<typeof createOrders>

/** The orders of a batch; what was decided upon each event is kept beside them, for their streams. */
export interface OrderStates extends States<OrderEvent, Order | undefined> {
  readonly loaded: ReadonlyMap<string, Stream>
  after(event: OrderEvent): Order | undefined
}

const orderStates = (loaded: ReadonlyMap<string, Stream>): OrderStates => {
  const now = new Map<string, Order>()
  const after = new Map<OrderEvent, Order>()
  return {
    loaded,
    get: ({ data }) => now.get(data.orderId) ?? loaded.get(data.orderId)?.order,
    set: (event, order) => {
      if (order === undefined) return
      now.set(order.orderId, order)
      after.set(event, order)
    },
    after: (event) => after.get(event),
  }
}

const lineHeard = (event: OrderEvent): Line => ({
  eventId: event.eventId,
  type: event.eventType,
  payload: JSON.stringify(event),
})

export const createRepository = (
  orders: Orders,
  hooks: { onEnded: (order: OrderRecord) => void },
): Repository<OrderTables, OrderEvent, Order | undefined, OrderEmission, OrderStates> => ({
  load: async (tx, events) =>
    orderStates(
      await orders.streams.load(
        tx,
        events.map(({ data }) => data.orderId),
      ),
    ),
  save: async (tx, states, handled, at) => {
    const decisions = handled.flatMap(({ event, emit }): Decided[] => {
      const after = states.after(event)
      if (after === undefined) return []
      const said = emit.map((emission) => lineSaid(emission, encodeEvent(emission, 'order', event, at)))
      return [{ after, lines: [lineHeard(event), ...said] }]
    })
    const changed = await orders.keep(tx, states.loaded, decisions, at)
    changed.filter(({ status }) => status !== 'NEEDS_ATTENTION').forEach(hooks.onEnded)
  },
})
