import type { Topic } from './contract.ts'
import type { History, SeenRecord } from './history.ts'
import { makeEvent, type Order, orderPerPartition, recordOf, recordsOf } from './orders.ts'
import type { Running, Shop } from './shop.ts'
import { byOrder, eventsOn, type SeenEvent, seenOrders } from './views.ts'

/** Publishes orders as events of `topic`; returns them as they are. */
export async function publishOrders(shop: Shop, what: string, topic: Topic, orders: readonly Order[]): Promise<void> {
  await shop.publish(what, recordsOf(topic, orders, shop.random))
}

/** A round for `warmUp`: one order a partition, published on `topic`. */
export function roundOf(shop: Shop, topic: Topic, wish: Partial<Order> = {}) {
  return () => {
    const orders = orderPerPartition(shop.random, wish)
    return { orders, records: orders.map((order) => recordOf(makeEvent(topic, order, shop.random))) }
  }
}

/** How long an order may lag behind one that was published after it in the same partition, once nothing moves any more. */
const OVERTAKEN = 5_000

/**
 * Waits until every order has a record on one of `topics`. Goes on while answers come. Behind the orders it publishes one more order a
 * partition (of `sentinels`, where given): when those are answered and an order before them is not, it is not slow but lost.
 */
export async function untilAnswered(
  shop: Shop,
  orders: readonly Order[],
  topics: readonly Topic[],
  options: { alive?: readonly Running[]; idleMs?: number; sentinels?: readonly Order[] } = {},
): Promise<boolean> {
  const { alive = [], idleMs = 15_000, sentinels = [] } = options
  const answered = (wanted: readonly Order[]) => {
    const seen = topics.map((topic) => seenOrders(shop.records, topic))
    return wanted.filter((order) => seen.some((ids) => ids.has(order.orderId))).length
  }
  const all = [...orders, ...sentinels]
  const what = `all of ${all.length} orders are on ${topics.join(' or ')}`
  const overtaken = () =>
    sentinels.length > 0 && answered(sentinels) === sentinels.length && answered(orders) < orders.length
  if (sentinels.length === 0) {
    return await shop.untilDone(
      what,
      () => answered(all) === all.length,
      () => answered(all),
      { alive, idleMs },
    )
  }
  const enough = () => answered(all) === all.length || overtaken()
  await shop.untilDone(what, enough, () => answered(all), { alive, idleMs })
  if (!overtaken()) return answered(all) === all.length
  return await shop.untilDone(
    what,
    () => answered(all) === all.length,
    () => answered(all),
    { alive, idleMs: OVERTAKEN },
  )
}

const known = new WeakMap<readonly SeenRecord[], Map<Topic, Map<string, SeenEvent[]>>>()

/** The events of a topic by order. For judges: a history that is finished is sorted once. */
export function answersOf(history: History<unknown>, topic: Topic): Map<string, SeenEvent[]> {
  const topics = known.get(history.records) ?? new Map<Topic, Map<string, SeenEvent[]>>()
  known.set(history.records, topics)
  const sorted = topics.get(topic) ?? byOrder(eventsOn(history, topic))
  topics.set(topic, sorted)
  return sorted
}
