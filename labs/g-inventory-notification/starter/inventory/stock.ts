import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'

const stock = new Map<string, number>(Object.entries(JSON.parse(process.env.STOCK || '{"201":100}')))

export async function reserve(payment: ShopEvent) {
  // Is there enough of the product? stock-reserved and fewer units on the shelf; or stock-failed and a reason.
  throw new Error('part G: not written yet')
}
