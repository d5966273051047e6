import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent, ShopSize } from '../contracts/catalogue.ts'

/**
 * The order: where a saga begins and ends. PENDING → CONFIRMED once the stock is reserved (in the whole shop: once the carrier has the parcel),
 * PENDING → CANCELLED once anything refused; a status that has ended never changes again. NEEDS_ATTENTION: the orchestrated saga cannot go on by itself.
 */
export interface Order extends DataOf<'order-created'> {
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'NEEDS_ATTENTION'
  /** Why it was cancelled or needs attention; null otherwise. */
  readonly reason: string | null
}

export type OrderEvent = EventOf<
  | 'payment-success'
  | 'payment-failed'
  | 'stock-reserved'
  | 'stock-failed'
  | 'payment-refunded'
  | 'shipping.shipment.created'
  | 'shipping.shipment.status-changed'
  | SagaReply
>
type SagaReply = 'inventory.saga.reply' | 'payment.saga.reply' | 'shipping.saga.reply'
type SagaCommand = 'inventory.saga.command' | 'payment.saga.command' | 'shipping.saga.command'
export type OrderEmission = NewEvent<
  'order-created' | 'order-cancelled' | 'order.order.completed' | 'refund-requested' | SagaCommand
>
type OrderDecision = Decision<Order | undefined, OrderEmission>

/** What an entry of an order's stream did to it. Most of what is heard changes nothing; it is kept for the trail. */
export type Fact =
  | { readonly kind: 'placed'; readonly order: DataOf<'order-created'> }
  | { readonly kind: 'moved'; readonly status: Order['status']; readonly reason: string | null }
  | { readonly kind: 'heard' }

/**
 * The order after one more fact. A fact is what was decided when it happened, so an old stream tells the same story after the rules have changed.
 * Throws where a stream begins with anything but its placing: it is damaged.
 */
export const evolve = (order: Order | undefined, fact: Fact): Order => {
  if (fact.kind === 'placed') return { ...fact.order, status: 'PENDING', reason: null }
  if (order === undefined) throw new Error('an order was moved before it was placed')
  return fact.kind === 'heard' ? order : { ...order, status: fact.status, reason: fact.reason }
}

/** What is to be kept of a decision about an order that was there before. */
export const factOf = (before: Order, { status, reason }: Order): Fact =>
  before.status === status && before.reason === reason ? { kind: 'heard' } : { kind: 'moved', status, reason }

export const place = (data: DataOf<'order-created'>): Decision<Order, OrderEmission> => ({
  state: { ...data, status: 'PENDING', reason: null },
  emit: [{ type: 'order-created', data }],
})

/** What was ordered, without what became of it: the part of an order that its events carry. */
const detailsOf = ({ status: _status, reason: _reason, ...data }: Order): DataOf<'order-created'> => data

/** Cancels what is still pending; anything else stays as it is and nothing is said. */
export const cancel = (order: Order, reason: string): Decision<Order, OrderEmission> => {
  if (order.status !== 'PENDING') return { state: order, emit: [] }
  return {
    state: { ...order, status: 'CANCELLED', reason },
    emit: [{ type: 'order-cancelled', data: { ...detailsOf(order), reason } }],
  }
}

/** Confirms what is still pending and tells that it is done, with the parcel's number where there is one. */
export const complete = (
  order: Order,
  { shipmentId, trackingNumber }: Pick<DataOf<'order.order.completed'>, 'shipmentId' | 'trackingNumber'>,
): Decision<Order, OrderEmission> => {
  if (order.status !== 'PENDING') return { state: order, emit: [] }
  return {
    state: { ...order, status: 'CONFIRMED' },
    emit: [{ type: 'order.order.completed', data: { ...detailsOf(order), shipmentId, trackingNumber } }],
  }
}

/** The carrier refused a parcel that is paid for: cancelled, and the money has to go back. */
const unshippable = (order: Order, reason: string): Decision<Order, OrderEmission> => {
  const { state, emit } = cancel(order, reason)
  if (emit.length === 0) return { state, emit }
  return { state, emit: [{ type: 'refund-requested', data: { ...detailsOf(order), reason } }, ...emit] }
}

const carrierRefused = 'the carrier refused the parcel'

/**
 * What the events of an order make of it where nobody leads it. An order that we never saw is somebody else's, and one that is orchestrated goes by
 * the replies to its commands alone: what comes for them is passed over.
 */
export const createDecide =
  (size: ShopSize) =>
  (event: OrderEvent, order: Order | undefined): OrderDecision => {
    if (order === undefined || order.saga === 'orchestration') return { state: order, emit: [] }
    switch (event.eventType) {
      case 'stock-reserved':
        if (size === 'whole' || order.status !== 'PENDING') return { state: order, emit: [] }
        return { state: { ...order, status: 'CONFIRMED' }, emit: [] }
      case 'payment-failed':
      case 'stock-failed':
        return cancel(order, event.data.reason)
      case 'shipping.shipment.created':
        return complete(order, event.data)
      case 'shipping.shipment.status-changed':
        if (event.data.status !== 'FAILED') return { state: order, emit: [] }
        return unshippable(order, event.data.reason ?? carrierRefused)
      default:
        return { state: order, emit: [] }
    }
  }

/** In the core shop. */
export const decide = createDecide('core')
