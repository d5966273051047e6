// lab:begin C
import { randomUUID } from 'node:crypto'

// lab:end
export const eventTypes = [
  'order-created',
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'order-cancelled',
  'payment-refunded',
]

export type OrderData = {
  orderId: string
  productId: number | string
  quantity: number
  amount: number
  userId?: unknown
  reason?: string
}

export type ShopEvent = { eventId: string; eventType: string; timestamp: string; data: OrderData }

/** Its message names the field that is wrong. An HTTP service answers it with the status. */
export class InvalidOrder extends Error {
  status = 400
}

/** Throws InvalidOrder, with the name of the first field that is missing or wrong. */
export function checkOrder(data: unknown): asserts data is OrderData {
  // lab:begin C
  if (typeof data !== 'object' || data === null) throw new InvalidOrder('data must be an object')
  const { orderId, productId, quantity, amount } = data as Record<string, unknown>
  if (typeof orderId !== 'string' || orderId === '') throw new InvalidOrder('orderId must be a text that is not empty')
  if (typeof productId !== 'number' && (typeof productId !== 'string' || productId === ''))
    throw new InvalidOrder('productId must be a number or a text that is not empty')
  if (!Number.isInteger(quantity) || Number(quantity) < 1)
    throw new InvalidOrder('quantity must be a whole number, 1 or more')
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0)
    throw new InvalidOrder('amount must be a number, 0 or more')
  // lab:else
  // // Check that it is an object, then orderId, productId, quantity and amount, one after the other.
  // throw new Error('part C: not written yet')
  // lab:end
}

/** Puts the data into an envelope of its own: a new id, the type, the time. The data itself stays as it is. */
export function createEvent(eventType: string, data: unknown): ShopEvent {
  // lab:begin C
  if (!eventTypes.includes(eventType)) throw new InvalidOrder(`eventType must be one of: ${eventTypes.join(', ')}`)
  checkOrder(data)
  return { eventId: randomUUID(), eventType, timestamp: new Date().toISOString(), data }
  // lab:else
  // // 1. Is the type one of ours? 2. Is the data an order? 3. Put it into an envelope.
  // throw new Error('part C: not written yet')
  // lab:end
}
