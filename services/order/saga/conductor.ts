import type { Transaction } from 'kysely'
import type { Decision } from '../../../kit/service/decision.ts'
import type { DataOf } from '../../contracts/catalogue.ts'
import { type Order, type OrderEmission, place } from '../domain.ts'
import type { OrderTables } from '../tables.ts'
import type { SagaUseCases } from './application.ts'
import { begin } from './machine.ts'
import type { Sagas } from './storage.ts'

/** What the order service's own use cases leave to the saga, for orders that are led. */
export interface Conductor extends Pick<SagaUseCases, 'cancel'> {
  /** Places an order; one that is led goes out with the first command. */
  place(data: DataOf<'order-created'>): Decision<Order, OrderEmission>
  /** Keeps the sagas of the orders placed, in their transaction. */
  opened(tx: Transaction<OrderTables>, orders: readonly Order[], at: number): Promise<void>
}

const dataOf = ({ status: _status, reason: _reason, ...data }: Order): DataOf<'order-created'> => data

/** `leadsAll`: also orders that do not ask for it. */
export const createConductor = (sagas: Sagas, { cancel }: SagaUseCases, leadsAll: boolean): Conductor => ({
  place: (data) => {
    const { state, emit } = place(leadsAll ? { ...data, saga: 'orchestration' } : data)
    return state.saga === undefined ? { state, emit } : { state, emit: [...emit, ...begin(dataOf(state)).emit] }
  },
  opened: (tx, orders, at) => {
    const led = orders.filter(({ saga }) => saga !== undefined)
    return sagas.save(
      tx,
      led.map((order) => begin(dataOf(order)).state),
      at,
    )
  },
  cancel,
})
