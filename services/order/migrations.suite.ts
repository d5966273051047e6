import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../kit/store/open-store.ts'
import type { Fresh } from '../../kit/store/suite/fresh.ts'
import { rebuildReadSide } from './rebuilding.ts'
import { createOrders } from './storage.ts'
import { migrations, type OrderTables } from './tables.ts'

/** The tables of before there were streams. */
interface OldTables {
  orders: {
    order_id: string
    status: string
    reason: string | null
    details: string
    created_at: number
    updated_at: number
  }
  order_events: { event_id: string; order_id: string; at: number; envelope: string }
}

const created = 1_700_000_000_000
const data = (orderId: string) => ({ orderId, userId: 'ann', productId: 201, quantity: 2, amount: 20.5 })

/** The events in the order in which they came; the old trail was sorted by their senders' clocks. */
const old = (
  orderId: string,
  status: string,
  reason: string | null,
  events: readonly (readonly [string, string, number])[],
) => ({
  order: {
    order_id: orderId,
    status,
    reason,
    details: JSON.stringify(data(orderId)),
    created_at: created,
    updated_at: status === 'PENDING' ? created : created + 90,
  },
  events: events.map(([eventType, source, after]) => {
    const eventId = `${eventType}.${orderId}`
    const timestamp = new Date(created + after).toISOString()
    const envelope = { eventId, eventType, timestamp, version: 1, source, causationId: null, data: data(orderId) }
    return { event_id: eventId, order_id: orderId, at: created + after, envelope: JSON.stringify(envelope) }
  }),
})

const oldOrders = [
  old('pending', 'PENDING', null, [['order-created', 'order', 0]]),
  old('confirmed', 'CONFIRMED', null, [
    ['order-created', 'order', 0],
    ['payment-success', 'payment', 30],
    ['stock-reserved', 'inventory', 60],
  ]),
  old('cancelled', 'CANCELLED', 'not enough', [
    ['order-created', 'order', 0],
    ['payment-success', 'payment', 30],
    ['stock-failed', 'inventory', 60],
    ['order-cancelled', 'order', 90],
    ['payment-refunded', 'payment', 120],
  ]),
  // The customer was quicker than the stock, and the payment's clock is slow.
  old('called-off', 'CANCELLED', 'cancelled by the customer', [
    ['order-created', 'order', 0],
    ['payment-success', 'payment', -40],
    ['order-cancelled', 'order', 90],
    ['stock-reserved', 'inventory', 95],
  ]),
]

const versions: Readonly<Record<string, number>> = { pending: 1, confirmed: 3, cancelled: 4, 'called-off': 3 }
const trails: Readonly<Record<string, readonly string[]>> = {
  pending: ['order-created'],
  confirmed: ['order-created', 'payment-success', 'stock-reserved'],
  cancelled: ['order-created', 'payment-success', 'stock-failed', 'order-cancelled', 'payment-refunded'],
  'called-off': ['order-created', 'payment-success', 'order-cancelled', 'stock-reserved'],
}

/** What holds for a database of before there were streams. */
export const migrationSuite = (name: string, fresh: Fresh): void => {
  test(`${name}: given orders of before there were streams, when the service starts anew, then each has its stream, and that makes what the order is`, async (t) => {
    const url = await fresh(t)
    const before = await openStore<OldTables>({ url, migrations: migrations.slice(0, 4) })
    for (const { order, events } of oldOrders) {
      await before.db.insertInto('orders').values(order).execute()
      await before.db.insertInto('order_events').values(events).execute()
    }
    await before.close()

    const store = await openStore<OrderTables>({ url, migrations })
    t.after(() => store.close())
    const orders = createOrders(store, 20)
    for (const { order } of oldOrders) {
      const { order_id: id, status, reason } = order
      const { created_at: createdAt, updated_at: updatedAt } = order
      const expected = { ...data(id), status, reason, createdAt, updatedAt }
      assert.deepEqual(await orders.projection.get(id), { ...expected, version: versions[id] })
      const entries = await orders.streams.entries(id)
      assert.deepEqual(
        entries.map(({ type }) => type),
        trails[id],
      )
      assert.deepEqual(
        entries.map(({ version }) => version),
        entries.map((_, i) => i + 1),
      )
      const stream = await store.transaction(async (tx) => (await orders.streams.load(tx, [id])).get(id)!)
      assert.deepEqual(stream.order, { ...data(id), status, reason })
      assert.deepEqual([stream.changedIn, stream.createdAt, stream.updatedAt], [versions[id], createdAt, updatedAt])
    }
    assert.equal(await rebuildReadSide(store, orders), oldOrders.length)
    for (const { order } of oldOrders) assert.equal((await orders.projection.get(order.order_id))?.status, order.status)
  })
}
