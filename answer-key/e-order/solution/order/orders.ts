import { randomUUID } from 'node:crypto'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { send } from '../kafka/producer.ts'
import { createEvent } from '../shared/events.ts'

export type Order = { orderId: string; status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' }

/** Every order since this process started. A real shop would keep them in a database. */
export const orders = new Map<string, Order>()

const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(error.status ?? 503).json({ error: error.message })
}

export function addOrderRoutes(app: Express) {
  // Whatever the client calls its body, we read it as JSON: `curl -d` does not say that it sends JSON.
  app.use(express.json({ type: () => true, limit: '100kb' }))

  app.post('/api/orders', async (request, response) => {
    // lab:begin E
    const { userId, productId, quantity, amount } = request.body ?? {}
    const event = createEvent('order-created', { orderId: randomUUID(), userId, productId, quantity, amount })
    const order: Order = { orderId: event.data.orderId, status: 'PENDING' }
    orders.set(order.orderId, order)
    await send(event)
    console.log(`Order Created ${order.orderId}`)
    response.status(202).json({ ...order, message: 'Order Created' })
    // lab:else
    // // 1. Take what you need from request.body. 2. Make the event, with an id of our own. 3. Remember the order.
    // // 4. Send the event. 5. Say so on the screen. 6. Only then answer the client.
    // throw new Error('part E: not written yet')
    // lab:end
  })

  app.use(answerError)
}
