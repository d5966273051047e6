import type { Express } from 'express'
import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'
import { orders } from './orders.ts'

export async function confirm({ data }: ShopEvent) {
  // lab:begin H
  orders.set(data.orderId, { orderId: data.orderId, status: 'CONFIRMED' })
  console.log(`Order Confirmed ${data.orderId}`)
  // lab:else
  // throw new Error('part H: not written yet')
  // lab:end
}

/** The order's own compensation. It cannot be deleted, others have seen it: it is cancelled, and the shop is told. */
export async function cancel({ eventType, data }: ShopEvent) {
  // lab:begin H
  await send(createEvent('order-cancelled', { ...data, reason: data.reason ?? eventType }))
  orders.set(data.orderId, { orderId: data.orderId, status: 'CANCELLED' })
  console.log(`Order Cancelled ${data.orderId}`)
  // lab:else
  // // 1. Tell the shop: order-cancelled, with the reason. 2. Remember the new status.
  // throw new Error('part H: not written yet')
  // lab:end
}

export function addStatusRoute(app: Express) {
  app.get('/api/orders/:id', (request, response) => {
    // lab:begin H
    const order = orders.get(request.params.id)
    if (order === undefined) response.status(404).json({ error: `no order ${request.params.id}` })
    else response.json(order)
    // lab:else
    // // The order as JSON, or 404 for an id that we do not know.
    // response.status(501).json({ error: 'part H: not written yet' })
    // lab:end
  })
}
