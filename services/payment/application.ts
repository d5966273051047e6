import { Problem } from '../../kit/service/http/problem.ts'
import type { Store } from '../../kit/store/store.ts'
import { findPayment, type PaymentTables } from './storage.ts'

/** What a caller may ask of the payment service. Payments themselves are made by events alone. */
export const createUseCases = ({ db }: Pick<Store<PaymentTables>, 'db'>) => ({
  get: async (orderId: string) => {
    const payment = await findPayment(db, orderId)
    if (payment === undefined) throw new Problem(404, `orderId: nothing was paid or declined for order ${orderId}`)
    return payment
  },
})

export type UseCases = ReturnType<typeof createUseCases>
