import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent } from '../contracts/catalogue.ts'

/**
 * The order: where a saga begins and ends. PENDING → CONFIRMED once the stock is reserved, PENDING → CANCELLED once anything
 * refused; a status that has ended never changes again.
 */
export interface Order extends DataOf<'order-created'> {
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED'
  /** Why it was cancelled; null otherwise. */
  readonly reason: string | null
}

export type OrderEvent = EventOf<
  'payment-success' | 'payment-failed' | 'stock-reserved' | 'stock-failed' | 'payment-refunded'
>
export type OrderEmission = NewEvent<'order-created' | 'order-cancelled'>
type OrderDecision = Decision<Order | undefined, OrderEmission>

export const place = (data: DataOf<'order-created'>): Decision<Order, OrderEmission> => ({
  state: { ...data, status: 'PENDING', reason: null },
  emit: [{ type: 'order-created', data }],
})

/** Cancels what is still pending; anything else stays as it is and nothing is said. */
export const cancel = (order: Order, reason: string): Decision<Order, OrderEmission> => {
  if (order.status !== 'PENDING') return { state: order, emit: [] }
  const { status: _status, reason: _reason, ...data } = order
  return {
    state: { ...order, status: 'CANCELLED', reason },
    emit: [{ type: 'order-cancelled', data: { ...data, reason } }],
  }
}

/** An order that we never saw is somebody else's: its events are passed over. */
export const decide = (event: OrderEvent, order: Order | undefined): OrderDecision => {
  if (order === undefined) return { state: undefined, emit: [] }
  switch (event.eventType) {
    case 'stock-reserved':
      return { state: order.status === 'PENDING' ? { ...order, status: 'CONFIRMED' } : order, emit: [] }
    case 'payment-failed':
    case 'stock-failed':
      return cancel(order, event.data.reason)
    case 'payment-success':
    case 'payment-refunded':
      return { state: order, emit: [] }
  }
}
