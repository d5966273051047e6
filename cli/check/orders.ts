import type { OutgoingRecord } from '../../kit/kafka/bus.ts'
import { PARTITIONS, type Topic } from './contract.ts'
import type { Json, JsonObject } from './json.ts'
import type { Random } from './random.ts'

/** An order as the kit makes it up. */
export interface Order {
  readonly orderId: string
  readonly userId: string
  readonly productId: number | string
  readonly quantity: number
  readonly amount: number
}

export function makeOrder(random: Random, wish: Partial<Order> = {}): Order {
  const quantity = wish.quantity ?? random.whole(1, 3)
  return {
    orderId: wish.orderId ?? random.id(),
    userId: wish.userId ?? `user-${random.id().slice(0, 8)}`,
    productId: wish.productId ?? 201,
    quantity,
    amount: wish.amount ?? quantity * random.whole(100, 900) + random.whole(0, 99) / 100,
  }
}

export function makeOrders(count: number, random: Random, wish: Partial<Order> = {}): Order[] {
  return Array.from({ length: count }, () => makeOrder(random, wish))
}

/** One order for each partition of its topic: what answers all of them reads all partitions. */
export function orderPerPartition(random: Random, wish: Partial<Order> = {}): Order[] {
  return Array.from({ length: PARTITIONS }, (_, partition) =>
    makeOrder(random, { ...wish, orderId: random.idIn(partition) }),
  )
}

export interface Envelope {
  readonly eventId: string
  readonly eventType: string
  readonly timestamp: string
  readonly data: JsonObject
}

export function makeEvent(topic: Topic, data: object, random: Random): Envelope {
  const fields = JSON.parse(JSON.stringify(data)) as JsonObject
  return { eventId: random.id(), eventType: topic, timestamp: new Date().toISOString(), data: fields }
}

/** The record that a shop of the contract would publish for this event. */
export function recordOf(event: Envelope): OutgoingRecord {
  return { topic: event.eventType, key: String(event.data.orderId), value: JSON.stringify(event) }
}

export function recordsOf(topic: Topic, orders: readonly Order[], random: Random): OutgoingRecord[] {
  return orders.map((order) => recordOf(makeEvent(topic, order, random)))
}

/** What a customer posts: an order without its id. */
export function bodyOf(order: Order, extra: Record<string, Json> = {}): string {
  const { orderId: _, ...body } = order
  return JSON.stringify({ ...body, ...extra })
}
