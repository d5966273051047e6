import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { Handled } from '../../kit/service/plan.ts'
import { consumedBy, groupOf, type ShopSize } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import { createDecide, type Order, type OrderEmission, type OrderEvent } from './domain.ts'
import { createRepository, type OrderStates, type Orders } from './storage.ts'
import type { OrderTables } from './tables.ts'

type OrderSubscription = Subscription<OrderTables, OrderEvent, Order | undefined, OrderEmission, OrderStates>

const understood: readonly OrderEvent['eventType'][] = [
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'payment-refunded',
  'shipping.shipment.created',
  'shipping.shipment.status-changed',
  'inventory.saga.reply',
  'payment.saga.reply',
  'shipping.saga.reply',
]

/** The core shop's lines are the lab contract's: said for what came, also where it changed nothing any more. */
const ends: Readonly<Partial<Record<OrderEvent['eventType'], string>>> = {
  'stock-reserved': 'Order Confirmed',
  'payment-failed': 'Order Cancelled',
  'stock-failed': 'Order Cancelled',
}

const outcomes: Readonly<Partial<Record<OrderEmission['type'], string>>> = {
  'order.order.completed': 'Order Confirmed',
  'order-cancelled': 'Order Cancelled',
}

const lines = (size: ShopSize, { event, emit }: Handled<OrderEvent, OrderEmission>): string[] => {
  const words = size === 'core' ? [ends[event.eventType]] : emit.map(({ type }) => outcomes[type])
  return words.flatMap((word) => (word === undefined ? [] : [`${word} ${event.data.orderId}`]))
}

export const subscription = (parts: Parts<OrderTables>, orders: Orders, size: ShopSize): OrderSubscription => ({
  group: groupOf('order'),
  topics: consumedBy('order', size),
  read: createReader(understood),
  keyOf: ({ data }) => data.orderId,
  decide: createDecide(size),
  asIfNew: (order) => order && { ...order, status: 'PENDING', reason: null },
  repository: createRepository(orders, {
    onEnded: (order) => parts.metrics.criticalTime(parts.now() - order.createdAt),
  }),
  toRow: rowMaker('order', parts.tracing),
  narrate: (handled) => lines(size, handled),
})
