import type { Express } from 'express'
import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'
import { orders } from './orders.ts'

export async function confirm({ data }: ShopEvent) {
  throw new Error('part H: not written yet')
}

/** The order's own compensation. It cannot be deleted, others have seen it: it is cancelled, and the shop is told. */
export async function cancel({ eventType, data }: ShopEvent) {
  // 1. Tell the shop: order-cancelled, with the reason. 2. Remember the new status.
  throw new Error('part H: not written yet')
}

export function addStatusRoute(app: Express) {
  app.get('/api/orders/:id', (request, response) => {
    // The order as JSON, or 404 for an id that we do not know.
    response.status(501).json({ error: 'part H: not written yet' })
  })
}
