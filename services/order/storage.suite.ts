import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openStore } from '../../kit/store/open-store.ts'
import type { Store } from '../../kit/store/store.ts'
import type { Fresh } from '../../kit/store/suite/fresh.ts'
import { cancel, type Order, place } from './domain.ts'
import { createFollowers } from './followers.ts'
import { createQueries } from './queries.ts'
import { rebuildReadSide } from './rebuilding.ts'
import { createOrders, type Orders } from './storage.ts'
import type { Line, Stream } from './stream.ts'
import { migrations, type OrderTables } from './tables.ts'

const data = (orderId: string) => ({ orderId, userId: 'ann', productId: 201, quantity: 2, amount: 20.5 })
const line = (orderId: string, type: string, of: object = {}): Line => {
  const eventId = `${type}.${orderId}`
  const envelope = { eventId, eventType: type, source: 'test', timestamp: 't', causationId: null, data: of }
  return { eventId, type, payload: JSON.stringify(envelope) }
}

const openOrders = async (t: TestContext, url: string, snapshotEvery = 20) => {
  const store = await openStore<OrderTables>({ url, migrations })
  t.after(() => store.close())
  return { store, orders: createOrders(store, snapshotEvery) }
}

const placeOne = ({ store, orders }: { store: Store<OrderTables>; orders: Orders }, orderId: string, at = 1_000) => {
  const after = place(data(orderId)).state
  const lines = [line(orderId, 'order-created', data(orderId))]
  return store.transaction((tx) => orders.keep(tx, new Map(), [{ after, lines }], at))
}

type Decide = (stream: Stream) => { readonly after: Order; readonly lines: readonly Line[] }

/** Load, decide, append, as the use cases and the consumer do it. */
const change = (
  { store, orders }: { store: Store<OrderTables>; orders: Orders },
  orderId: string,
  at: number,
  decide: Decide,
) =>
  store.transaction(async (tx) => {
    const loaded = await orders.streams.load(tx, [orderId])
    return orders.keep(tx, loaded, [decide(loaded.get(orderId)!)], at)
  })

const hears =
  (type: string): Decide =>
  ({ order }) => ({ after: order, lines: [line(order.orderId, type)] })
const isCancelled: Decide = ({ order }) => {
  const { state, emit } = cancel(order, 'changed my mind')
  return { after: state, lines: emit.map(({ type }) => line(order.orderId, type)) }
}
const isConfirmed: Decide = ({ order }) => ({
  after: order.status === 'PENDING' ? { ...order, status: 'CONFIRMED' } : order,
  lines: [line(order.orderId, 'stock-reserved')],
})

const load = ({ store, orders }: { store: Store<OrderTables>; orders: Orders }, orderId: string) =>
  store.transaction(async (tx) => (await orders.streams.load(tx, [orderId])).get(orderId)!)

/** What holds for orders as they are kept, on every database. */
export const orderStoreSuite = (name: string, fresh: Fresh): void => {
  test(`${name}: given an order, when it was placed, heard of and cancelled, then stream and read side say so`, async (t) => {
    const shop = await openOrders(t, await fresh(t))
    await placeOne(shop, 'o1')
    await change(shop, 'o1', 2_000, hears('payment-success'))
    await change(shop, 'o1', 3_000, isCancelled)
    const { order, version, changedIn, createdAt, updatedAt } = await load(shop, 'o1')
    assert.deepEqual(order, { ...data('o1'), status: 'CANCELLED', reason: 'changed my mind' })
    assert.deepEqual([version, changedIn, createdAt, updatedAt], [3, 3, 1_000, 3_000])
    assert.deepEqual(await shop.orders.projection.get('o1'), { ...order, createdAt, updatedAt, version: 3 })
  })

  test(`${name}: given a snapshot after each third entry, then it is read in the place of what it stands for, and gives the same`, async (t) => {
    const url = await fresh(t)
    const shop = await openOrders(t, url, 3)
    await placeOne(shop, 'o1')
    for (const [i, type] of ['a', 'b', 'c', 'd', 'e'].entries()) await change(shop, 'o1', 2_000 + i, hears(type))
    await change(shop, 'o1', 3_000, isCancelled)
    const full = await openOrders(t, url)
    const withSnapshot = await load(shop, 'o1')
    const kept = await shop.store.db.selectFrom('order_snapshots').selectAll().execute()
    assert.deepEqual(
      kept.map((row) => [row.order_id, Number(row.version)]),
      [['o1', 6]],
    )
    // Without the entries that it stands for, only a reader of the snapshot still knows the order.
    await shop.store.db.deleteFrom('order_stream').where('version', '<', 6).execute()
    assert.deepEqual(await load(shop, 'o1'), withSnapshot)
    await shop.store.db.deleteFrom('order_snapshots').execute()
    await assert.rejects(load(full, 'o1'), /moved before it was placed/)
  })

  test(`${name}: given a snapshot, when it is thrown away, then all entries make the same order`, async (t) => {
    const shop = await openOrders(t, await fresh(t), 2)
    await placeOne(shop, 'o1')
    for (const type of ['a', 'b', 'c']) await change(shop, 'o1', 2_000, hears(type))
    await change(shop, 'o1', 3_000, isConfirmed)
    const withSnapshot = await load(shop, 'o1')
    const { numDeletedRows } = await shop.store.db.deleteFrom('order_snapshots').executeTakeFirst()
    assert.equal(Number(numDeletedRows), 1)
    assert.deepEqual(await load(shop, 'o1'), withSnapshot)
  })

  test(`${name}: given two writers that read the same stream, when both append, then the second decides again upon what the first wrote`, async (t) => {
    const url = await fresh(t)
    const [one, other] = [await openOrders(t, url), await openOrders(t, url)]
    await placeOne(one, 'o1')
    const stale = await load(other, 'o1')
    await change(one, 'o1', 2_000, isCancelled)
    const seen: string[] = []
    await other.store.transaction(async (tx) => {
      const isFirst = seen.length === 0
      const loaded = isFirst ? new Map([['o1', stale]]) : await other.orders.streams.load(tx, ['o1'])
      const { order } = loaded.get('o1')!
      seen.push(order.status)
      await other.orders.keep(tx, loaded, [isConfirmed(loaded.get('o1')!)], 3_000)
    })
    assert.deepEqual(seen, ['PENDING', 'CANCELLED'])
    const { order, version, eventIds } = await load(one, 'o1')
    assert.deepEqual([order.status, version], ['CANCELLED', 3])
    assert.deepEqual(eventIds, ['order-created.o1', 'order-cancelled.o1', 'stock-reserved.o1'])
    assert.equal((await one.orders.projection.get('o1'))?.status, 'CANCELLED')
  })

  test(`${name}: given many orders, when two processes cancel and confirm each at the same time, then each has one end and no entry is lost`, async (t) => {
    const url = await fresh(t)
    const [one, other] = [await openOrders(t, url), await openOrders(t, url)]
    const ids = Array.from({ length: 40 }, (_, i) => `o${i}`)
    for (const id of ids) await placeOne(one, id)
    const changes = [
      ...ids.map((id) => change(one, id, 2_000, isCancelled)),
      ...ids.map((id) => change(other, id, 2_000, isConfirmed)),
    ]
    await Promise.all(changes)
    for (const id of ids) {
      const { order, version, eventIds } = await load(one, id)
      const isFirst = eventIds.includes(`order-cancelled.${id}`)
      assert.equal(order.status, isFirst ? 'CANCELLED' : 'CONFIRMED')
      assert.equal(version, isFirst ? 3 : 2, `${id}: ${eventIds}`)
      assert.equal((await one.orders.projection.get(id))?.status, order.status)
    }
  })

  test(`${name}: given a read side that is lost, wrong and full of strangers, when it is rebuilt, then it is what it was`, async (t) => {
    const shop = await openOrders(t, await fresh(t), 2)
    for (let i = 0; i < 450; i++) await placeOne(shop, `o${i}`, 1_000 + i)
    for (let i = 0; i < 450; i += 3) await change(shop, `o${i}`, 2_000, isCancelled)
    for (let i = 1; i < 450; i += 3) await change(shop, `o${i}`, 2_000, isConfirmed)
    for (let i = 1; i < 450; i += 3) await change(shop, `o${i}`, 2_500, hears('payment-refunded'))
    const all = () => shop.store.db.selectFrom('orders').selectAll().orderBy('order_id').execute()
    const live = await all()
    const { db } = shop.store
    await db.deleteFrom('orders').where('order_id', 'like', 'o1%').execute()
    await db
      .updateTable('orders')
      .set({ status: 'PENDING', reason: 'wrong', version: 99 })
      .where('order_id', 'like', 'o2%')
      .execute()
    await db.updateTable('orders').set({ order_id: 'nobody' }).where('order_id', '=', 'o3').execute()
    await db.updateTable('order_snapshots').set({ stream: '{"order":{"status":"wrong"}}' }).execute()
    assert.equal(await rebuildReadSide(shop.store, shop.orders), 450)
    assert.deepEqual(await all(), live)
  })

  test(`${name}: given orders that change meanwhile, when the read side is rebuilt, then no change is lost`, async (t) => {
    const url = await fresh(t)
    const [one, other] = [await openOrders(t, url), await openOrders(t, url)]
    const ids = Array.from({ length: 60 }, (_, i) => `o${i}`)
    for (const id of ids) await placeOne(one, id)
    await Promise.all([
      rebuildReadSide(one.store, one.orders),
      ...ids.map((id) => change(other, id, 2_000, isConfirmed)),
      rebuildReadSide(one.store, one.orders),
    ])
    const { orders } = await one.orders.projection.list({ limit: 100 })
    assert.deepEqual(new Set(orders.map(({ status }) => status)), new Set(['CONFIRMED']))
    assert.equal(orders.length, 60)
  })

  test(`${name}: given a moment, as a number or a time, then the history gives the order of then and what led to it`, async (t) => {
    const shop = await openOrders(t, await fresh(t))
    await placeOne(shop, 'o1')
    await change(shop, 'o1', 2_000, hears('payment-success'))
    await change(shop, 'o1', 3_000, isCancelled)
    const followers = createFollowers(shop.orders.projection.getAll, {
      everyMs: 10,
      onFailure: (error) => assert.fail(String(error)),
    })
    const { history } = createQueries(shop.orders, followers)
    const at = async (moment: Parameters<typeof history>[1]) => {
      const { order, entries } = await history('o1', moment)
      return [order?.status ?? null, entries.map(({ event }) => event.eventType)]
    }
    const [created, paid, off] = ['order-created', 'payment-success', 'order-cancelled']
    assert.deepEqual(await at(undefined), ['CANCELLED', [created, paid, off]])
    assert.deepEqual(await at({ version: 0 }), [null, []])
    assert.deepEqual(await at({ version: 1 }), ['PENDING', [created]])
    assert.deepEqual(await at({ version: 99 }), ['CANCELLED', [created, paid, off]])
    assert.deepEqual(await at({ time: 999 }), [null, []])
    assert.deepEqual(await at({ time: 2_999 }), ['PENDING', [created, paid]])
    assert.deepEqual(await at({ time: 3_000 }), ['CANCELLED', [created, paid, off]])
    await assert.rejects(history('o2', undefined), /there is no order o2/)
    await assert.rejects(history('o1', undefined, 'bob'), /there is no order o1/)
  })
}
