import { randomUUID } from 'node:crypto'
import type { OutgoingRecord } from '../../../kit/kafka/bus.ts'
import type { Topic } from '../contract.ts'
import type { JsonObject } from '../json.ts'
import type { ShopFault } from './faults.ts'

/** What the four services of the kit's shop remember. They live in one process, but meet in events only. */
export class ShopState {
  readonly orders = new Map<string, 'PENDING' | 'CONFIRMED' | 'CANCELLED'>()
  readonly stock: Map<string, number>
  readonly failRate: number
  readonly fault: ShopFault | undefined
  readonly paid = new Set<string>()
  readonly say: { [service in 'order' | 'payment' | 'inventory' | 'notification']: (line: string) => void }

  constructor(parts: Pick<ShopState, 'failRate' | 'fault' | 'say'> & { stock: Readonly<Record<string, number>> }) {
    this.stock = new Map(Object.entries(parts.stock))
    this.failRate = parts.failRate
    this.fault = parts.fault
    this.say = parts.say
  }
}

export type Handler = (state: ShopState, data: JsonObject) => OutgoingRecord[]

export function event(topic: Topic, data: JsonObject): OutgoingRecord {
  const envelope = { eventId: randomUUID(), eventType: topic, timestamp: new Date().toISOString(), data }
  return { topic, key: String(data.orderId), value: JSON.stringify(envelope) }
}

/** A customer's order is taken: remembered, and told. */
export function takeOrder(state: ShopState, data: JsonObject): OutgoingRecord[] {
  state.orders.set(String(data.orderId), 'PENDING')
  state.say.order(`Order Created ${data.orderId}`)
  if (state.fault === 'no-event') return []
  const told = state.fault === 'wrong-amount' ? { ...data, amount: Number(data.amount) + 1 } : data
  return [event('order-created', told)]
}

/** Which group reads which topic, and what it does there. */
export const READERS: Readonly<Record<string, Partial<Record<Topic, Handler>>>> = {
  'order-group': {
    'stock-reserved': (state, data) => {
      if (state.orders.has(String(data.orderId))) state.orders.set(String(data.orderId), 'CONFIRMED')
      return []
    },
    'stock-failed': cancel,
    'payment-failed': (state, data) => (state.fault === 'left-pending' ? [] : cancel(state, data)),
  },
  'payment-group': {
    'order-created': pay,
    'stock-failed': (state, { reason, ...data }) => {
      const owed = state.paid.delete(String(data.orderId)) && state.fault !== 'no-refund'
      return owed ? [event('payment-refunded', { ...data, reason: reason ?? 'no stock' })] : []
    },
  },
  'inventory-group': {
    'payment-success': reserve,
    'payment-failed': (state, { reason: _, ...data }) =>
      state.fault === 'stock-despite-decline' ? reserve(state, data) : [],
  },
  'notification-group': {
    'stock-reserved': (state, data) => {
      if (state.fault !== 'no-email') state.say.notification(`Email Sent for order ${data.orderId}`)
      return []
    },
  },
}

function cancel(state: ShopState, data: JsonObject): OutgoingRecord[] {
  const known = state.orders.get(String(data.orderId))
  if (known !== undefined && known !== 'PENDING') return []
  state.orders.set(String(data.orderId), 'CANCELLED')
  state.say.order(`Order Cancelled ${data.orderId}`)
  return [event('order-cancelled', { ...data, reason: data.reason ?? 'it could not be served' })]
}

function pay(state: ShopState, data: JsonObject): OutgoingRecord[] {
  if (state.fault === 'payment-silent') return []
  state.say.payment(`Payment Processing ${data.orderId}`)
  if (Math.random() < state.failRate) return [event('payment-failed', { ...data, reason: 'the card was declined' })]
  state.paid.add(String(data.orderId))
  state.say.payment(`Payment Done ${data.orderId}`)
  return [event('payment-success', data)]
}

function reserve(state: ShopState, data: JsonObject): OutgoingRecord[] {
  const product = String(data.productId)
  const left = (state.stock.get(product) ?? 0) - Number(data.quantity)
  if (left < 0) return [event('stock-failed', { ...data, reason: `not enough of product ${product}` })]
  state.stock.set(product, left)
  return [event('stock-reserved', data)]
}
