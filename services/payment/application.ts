import { Problem } from '../../kit/service/http/problem.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { encodeEvent } from '../contracts/codec.ts'
import { refund } from './domain.ts'
import { findPayment, loadPayment, type PaymentTables, savePayment } from './storage.ts'

export interface RefundCommand {
  readonly orderId: string
  readonly reason: string
  readonly traceparent: string | undefined
}

/** What a caller may ask of the payment service. Payments themselves are made by events alone. */
export const createUseCases = (parts: Parts<PaymentTables>) => {
  const { store, ledger, relay, owner, faults, narrator, tracing, now } = parts

  /** `only`: the user whose payments alone the caller may know. */
  const get = async (orderId: string, only?: string) => {
    const payment = await findPayment(store.db, orderId)
    const isHidden = only !== undefined && payment?.order?.userId !== only
    if (payment === undefined || isHidden)
      throw new Problem(404, `orderId: nothing was paid or declined for order ${orderId}`)
    return payment
  }

  return {
    get,

    /** Gives the money back because a person says so. Asked again it is answered again, and done once. */
    refund: async ({ orderId, reason, traceparent }: RefundCommand) => {
      const outbox = await store.transaction(async (tx) => {
        faults.passing('tx.begin')
        const at = now()
        const payment = await loadPayment(tx, orderId)
        if (payment === undefined) throw new Problem(404, `orderId: nothing was paid or declined for order ${orderId}`)
        if (payment.status === 'REFUNDED') return []
        if (payment.status !== 'PAID')
          throw new Problem(409, `orderId: the payment of order ${orderId} is ${payment.status}: nothing to give back`)
        if (payment.order === null)
          throw new Problem(
            409,
            `orderId: order ${orderId} was paid before this service kept what a refund has to tell`,
          )
        const { state, emit } = refund({ ...payment.order, reason }, payment)
        if (state !== undefined) await savePayment(tx, state, at)
        const rows = emit.map((event) =>
          encodeEvent(event, 'payment', null, at, tracing.produced(event.type, orderId, traceparent)),
        )
        const enqueued = await ledger.enqueue(tx, owner, rows, at)
        faults.passing('tx.before-commit')
        return enqueued
      })
      faults.passing('tx.after-commit/before-ack')
      relay.offer(outbox)
      if (outbox.length > 0) narrator.say(`Payment Refunded ${orderId} ${reason}`)
      return get(orderId)
    },
  }
}

export type UseCases = ReturnType<typeof createUseCases>
