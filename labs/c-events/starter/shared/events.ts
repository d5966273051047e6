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
  // Check that it is an object, then orderId, productId, quantity and amount, one after the other.
  throw new Error('part C: not written yet')
}

/** Puts the data into an envelope of its own: a new id, the type, the time. The data itself stays as it is. */
export function createEvent(eventType: string, data: unknown): ShopEvent {
  // 1. Is the type one of ours? 2. Is the data an order? 3. Put it into an envelope.
  throw new Error('part C: not written yet')
}
