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
}

export type PaymentEvent = EventOf<'order-created' | 'stock-failed' | 'order-cancelled'>
export type PaymentEmission = NewEvent<'payment-success' | 'payment-failed' | 'payment-refunded'>
type PaymentDecision = Decision<Payment | undefined, PaymentEmission>

/** Says no to a share of the orders; the same order gets the same answer each time. */
export type Declines = (orderId: string) => boolean

export const createDecide =
  (declines: Declines) =>
  (event: PaymentEvent, payment: Payment | undefined): PaymentDecision => {
    switch (event.eventType) {
      case 'order-created':
        return payment === undefined ? charge(event.data, declines) : { state: payment, emit: [] }
      case 'stock-failed':
        return refund(event.data, payment)
      case 'order-cancelled':
        return payment === undefined ? bar(event.data) : refund(event.data, payment)
    }
  }

const charge = (data: DataOf<'order-created'>, declines: Declines): PaymentDecision => {
  const { orderId, amount } = data
  if (declines(orderId)) {
    const reason = 'payment declined'
    return {
      state: { orderId, amount, status: 'DECLINED', reason },
      emit: [{ type: 'payment-failed', data: { ...data, reason } }],
    }
  }
  return { state: { orderId, amount, status: 'PAID', reason: null }, emit: [{ type: 'payment-success', data }] }
}

const refund = (data: DataOf<'stock-failed'>, payment: Payment | undefined): PaymentDecision => {
  if (payment?.status !== 'PAID') return { state: payment, emit: [] }
  return {
    state: { ...payment, status: 'REFUNDED', reason: data.reason },
    emit: [{ type: 'payment-refunded', data: { ...data, amount: payment.amount } }],
  }
}

const bar = (data: DataOf<'order-cancelled'>): PaymentDecision => ({
  state: { orderId: data.orderId, amount: data.amount, status: 'BARRED', reason: data.reason },
  emit: [],
})
