import type { Decide, Decision } from '../../../kit/service/decision.ts'
import { cancel, complete, type Order, type OrderEmission, type OrderEvent } from '../domain.ts'
import { onReply, type Saga, type SagaCommand, type SagaReply, stateOf } from './machine.ts'

/** An order, and the saga that leads it; one that is not orchestrated has none. */
export interface Led {
  readonly order: Order | undefined
  readonly saga: Saga | undefined
}
type LedDecision = Decision<Led, OrderEmission>

export const isReply = (event: OrderEvent): event is SagaReply =>
  event.eventType === 'inventory.saga.reply' ||
  event.eventType === 'payment.saga.reply' ||
  event.eventType === 'shipping.saga.reply'

/** Replies move the saga, and the order follows it; all else is decided as it always was. */
export const leadBy =
  (decide: Decide<Order | undefined, OrderEvent, OrderEmission>) =>
  (event: OrderEvent, led: Led): LedDecision => {
    const { order, saga } = led
    if (order !== undefined && saga !== undefined && isReply(event)) return follow(order, onReply(saga, event))
    const { state, emit } = decide(event, order)
    return { state: { order: state, saga }, emit }
  }

/** What a move of its saga makes of an order. */
export const follow = (order: Order, { state: saga, emit }: Decision<Saga, SagaCommand>): LedDecision => {
  const followed = asSagaSays(order, saga)
  return { state: { order: followed.state, saga }, emit: [...followed.emit, ...emit] }
}

const asSagaSays = (order: Order, saga: Saga): Decision<Order, OrderEmission> => {
  const open: Order = order.status === 'NEEDS_ATTENTION' ? { ...order, status: 'PENDING', reason: null } : order
  switch (stateOf(saga)) {
    case 'OrderCompleted':
      return complete(open, saga.shipment)
    case 'OrderCancelled':
      return cancel(open, saga.reason ?? 'cancelled')
  }
  if (saga.attention === null) return { state: open, emit: [] }
  const isSaid = order.status === 'NEEDS_ATTENTION' && order.reason === saga.attention
  return { state: isSaid ? order : { ...order, status: 'NEEDS_ATTENTION', reason: saga.attention }, emit: [] }
}
