import type { Subscription } from '../../../kit/service/consumer.ts'
import type { States } from '../../../kit/service/plan.ts'
import type { Order, OrderEmission, OrderEvent } from '../domain.ts'
import type { OrderStates } from '../storage.ts'
import type { OrderTables } from '../tables.ts'
import { isReply, type Led, leadBy } from './lead.ts'
import type { Saga } from './machine.ts'
import type { Sagas } from './storage.ts'

type OrderSubscription = Subscription<OrderTables, OrderEvent, Order | undefined, OrderEmission, OrderStates>

/** The orders of a batch, and the sagas of those that a reply came for. */
interface LedStates extends States<OrderEvent, Led> {
  readonly orders: OrderStates
  /** The sagas that moved. */
  moved(): Saga[]
}

const ledStates = (orders: OrderStates, loaded: ReadonlyMap<string, Saga>): LedStates => {
  const sagas = new Map(loaded)
  return {
    orders,
    get: (event) => ({ order: orders.get(event), saga: sagas.get(event.data.orderId) }),
    set: (event, { order, saga }) => {
      orders.set(event, order)
      if (saga !== undefined) sagas.set(saga.order.orderId, saga)
    },
    moved: () => [...sagas.values()].filter((saga) => saga !== loaded.get(saga.order.orderId)),
  }
}

/** What the order service consumes, with the replies to its commands: they move the sagas in the transaction that keeps the orders. */
export const withSagas = (
  inner: OrderSubscription,
  sagas: Sagas,
): Subscription<OrderTables, OrderEvent, Led, OrderEmission, LedStates> => {
  const { asIfNew = (order) => order, ...rest } = inner
  return {
    ...rest,
    decide: leadBy(rest.decide),
    asIfNew: ({ order, saga }) => ({ order: asIfNew(order), saga }),
    repository: {
      load: async (tx, events) => {
        const ids = events.filter(isReply).map(({ data }) => data.orderId)
        // First, for it waits until nobody else moves one of them: the orders are read as they are then.
        const kept = await sagas.load(tx, ids)
        const orders = await rest.repository.load(tx, events)
        return ledStates(orders, new Map([...kept].map(([orderId, { saga }]) => [orderId, saga])))
      },
      save: async (tx, states, handled, at) => {
        await rest.repository.save(tx, states.orders, handled, at)
        await sagas.save(tx, states.moved(), at)
      },
    },
  }
}
