import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent } from '../contracts/catalogue.ts'

/**
 * One payment an order, whatever happens. BARRED: the order was cancelled before its order-created came, so it will never be charged.
 * PAID → REFUNDED is the compensation; DECLINED, REFUNDED and BARRED are ends.
 */
export interface Payment {
  readonly orderId: string
  readonly amount: number
  readonly status: 'PAID' | 'DECLINED' | 'REFUNDED' | 'BARRED'
  readonly reason: string | null
  /** What it was for, so that a refund can be told whoever asks for it; null for what was paid before this was kept. */
  readonly order: DataOf<'order-created'> | null
}

export type PaymentEvent = EventOf<'order-created' | 'stock-failed' | 'order-cancelled' | 'refund-requested'>
export type PaymentEmission = NewEvent<'payment-success' | 'payment-failed' | 'payment-refunded'>
type PaymentDecision = Decision<Payment | undefined, PaymentEmission>

/** Says no to a share of the orders; the same order gets the same answer each time. */
export type Declines = (orderId: string) => boolean

export const createDecide =
  (declines: Declines) =>
  (event: PaymentEvent, payment: Payment | undefined): PaymentDecision => {
    // Where the saga is orchestrated, it goes by commands: what is told about such an order is for others.
    if (event.data.saga === 'orchestration') return { state: payment, emit: [] }
    switch (event.eventType) {
      case 'order-created':
        return payment === undefined ? charge(event.data, declines) : { state: payment, emit: [] }
      case 'stock-failed':
      case 'refund-requested':
        return refund(event.data, payment)
      case 'order-cancelled':
        return payment === undefined ? bar(event.data) : refund(event.data, payment)
    }
  }

/** Takes the money, or says why not. */
export const charge = (order: DataOf<'order-created'>, declines: Declines): Decision<Payment, PaymentEmission> => {
  const { orderId, amount } = order
  if (declines(orderId)) {
    const reason = 'payment declined'
    return {
      state: { orderId, amount, status: 'DECLINED', reason, order },
      emit: [{ type: 'payment-failed', data: { ...order, reason } }],
    }
  }
  return {
    state: { orderId, amount, status: 'PAID', reason: null, order },
    emit: [{ type: 'payment-success', data: order }],
  }
}

/** Gives back what was paid, once; where nothing is paid, nothing happens. */
export const refund = (data: DataOf<'stock-failed'>, payment: Payment | undefined): PaymentDecision => {
  if (payment?.status !== 'PAID') return { state: payment, emit: [] }
  return {
    state: { ...payment, status: 'REFUNDED', reason: data.reason },
    emit: [{ type: 'payment-refunded', data: { ...data, amount: payment.amount } }],
  }
}

/** An order that is off before it was charged: it never will be. */
export const bar = ({ reason, ...order }: DataOf<'order-cancelled'>): Decision<Payment, never> => ({
  state: { orderId: order.orderId, amount: order.amount, status: 'BARRED', reason, order },
  emit: [],
})
