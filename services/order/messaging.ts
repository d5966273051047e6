import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { consumedBy, groupOf } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import { decide, type Order, type OrderEmission, type OrderEvent } from './domain.ts'
import { createRepository, type OrderStates, type Orders, type OrderTables } from './storage.ts'

type OrderSubscription = Subscription<OrderTables, OrderEvent, Order | undefined, OrderEmission, OrderStates>

const ends: Readonly<Partial<Record<OrderEvent['eventType'], string>>> = {
  'stock-reserved': 'Order Confirmed',
  'payment-failed': 'Order Cancelled',
  'stock-failed': 'Order Cancelled',
}

export const subscription = (parts: Parts<OrderTables>, orders: Orders): OrderSubscription => ({
  group: groupOf('order'),
  topics: consumedBy('order'),
  read: createReader<OrderEvent['eventType']>([
    'payment-success',
    'payment-failed',
    'stock-reserved',
    'stock-failed',
    'payment-refunded',
  ]),
  keyOf: ({ data }) => data.orderId,
  decide,
  asIfNew: (order) => order && { ...order, status: 'PENDING', reason: null },
  repository: createRepository(orders, {
    onEnded: (order) => parts.metrics.criticalTime(parts.now() - order.createdAt),
  }),
  toRow: rowMaker('order', parts.tracing),
  narrate: ({ event }) => {
    const words = ends[event.eventType]
    return words === undefined ? [] : [`${words} ${event.data.orderId}`]
  },
})
