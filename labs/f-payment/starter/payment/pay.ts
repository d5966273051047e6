import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'

export async function pay(order: ShopEvent) {
  // Say Payment Processing, send payment-success with the order's data, say Payment Done.
  throw new Error('part F: not written yet')
}
