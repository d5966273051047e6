import type { Decide } from '../../../kit/service/decision.ts'
import { keyedStates } from '../../../kit/service/keyed-states.ts'
import type { States } from '../../../kit/service/plan.ts'
import {
  consumedBy,
  coreEventNames,
  type EventName,
  type EventOf,
  type NewEvent,
} from '../../../services/contracts/catalogue.ts'
import {
  decide as decideInventory,
  type InventoryEvent,
  type Reservation,
  type Shelf,
} from '../../../services/inventory/domain.ts'
import { productsOf, shelfStates } from '../../../services/inventory/shelf-states.ts'
import {
  decide as decideNotification,
  type Mail,
  type Mailbox,
  type NotificationEvent,
} from '../../../services/notification/domain.ts'
import { decide as decideOrder, type Order, type OrderEvent } from '../../../services/order/domain.ts'
import { createDecide, type Payment, type PaymentEvent } from '../../../services/payment/domain.ts'
import type { Books, Tables } from './books.ts'

export const serviceNames = ['order', 'payment', 'inventory', 'notification'] as const
export type ServiceName = (typeof serviceNames)[number]
export type ShopEvent = EventOf<EventName>
export type Emission = NewEvent<EventName> | Mail

/** A service's working set of one batch; `save` is the part of the transaction that writes its tables. */
export interface Work<E, S> extends States<E, S> {
  save(books: Books): void
}

export interface ServiceModel {
  readonly name: ServiceName
  /** Indexes of the logs that it reads. */
  readonly sources: readonly number[]
  readonly decide: Decide<unknown, ShopEvent, Emission>
  readonly load: (tables: Tables, events: readonly ShopEvent[]) => Work<ShopEvent, unknown>
}

export type Models = Readonly<Record<ServiceName, ServiceModel>>

/** A service's own types end here: the machinery moves its events and states without looking into them, as the kit does. */
const model = <E extends ShopEvent, S, Out extends Emission>(
  name: ServiceName,
  decide: Decide<S, E, Out>,
  load: (tables: Tables, events: readonly E[]) => Work<E, S>,
): ServiceModel => ({
  name,
  sources: consumedBy(name).flatMap((topic) => [
    coreEventNames.indexOf(topic) * 2,
    coreEventNames.indexOf(topic) * 2 + 1,
  ]),
  decide: decide as unknown as ServiceModel['decide'],
  load: load as unknown as ServiceModel['load'],
})

const orderOf = (event: { data: { orderId: string } }): string => event.data.orderId

const pick = <S>(table: ReadonlyMap<string, S>, ids: readonly string[]): Map<string, S> => {
  const found = new Map<string, S>()
  for (const id of ids) {
    const state = table.get(id)
    if (state !== undefined) found.set(id, state)
  }
  return found
}

type Moves = { readonly entity: string; readonly id: string; readonly from: string; readonly to: string }[]
type WithStatus = { readonly status: string } | undefined

/** Notes how a status moves with each event, also twice in one batch; what was noted becomes true with the commit. */
const watched = <E extends ShopEvent, S>(entity: string, states: States<E, S>, rowOf: (state: S) => WithStatus) => {
  const moves: Moves = []
  return {
    moves,
    get: states.get,
    set: (event: E, state: S): void => {
      const from = rowOf(states.get(event))?.status ?? 'nothing'
      const to = rowOf(state)?.status ?? 'nothing'
      if (from !== to) moves.push({ entity, id: event.correlationId, from, to })
      states.set(event, state)
    },
  }
}

const put = <S extends { readonly orderId: string }>(table: Map<string, S>, changed: readonly S[]): void => {
  for (const state of changed) table.set(state.orderId, state)
}

/** What a client's command changes: one order, outside of any batch. */
export const saveOrder = ({ tables, transitions }: Books, order: Order): void => {
  const from = tables.orders.get(order.orderId)?.status ?? 'nothing'
  if (from !== order.status) transitions.push({ entity: 'order', id: order.orderId, from, to: order.status })
  tables.orders.set(order.orderId, order)
}

export const order = (decide: Decide<Order | undefined, OrderEvent, Emission> = decideOrder): ServiceModel =>
  model<OrderEvent, Order | undefined, Emission>('order', decide, (tables, events) => {
    const states = keyedStates<OrderEvent, Order>(orderOf, pick(tables.orders, events.map(orderOf)))
    const { get, set, moves } = watched('order', states, (row) => row)
    const save = (books: Books): void => {
      put(books.tables.orders, states.changed())
      books.transitions.push(...moves)
    }
    return { get, set, save }
  })

/** Whether the payment is declined is a part of the order's id, so that a schedule says it: o3d is, o3 is not. */
export const decidePayment = createDecide((orderId) => orderId.endsWith('d'))

export const payment = (decide: Decide<Payment | undefined, PaymentEvent, Emission> = decidePayment): ServiceModel =>
  model<PaymentEvent, Payment | undefined, Emission>('payment', decide, (tables, events) => {
    const states = keyedStates<PaymentEvent, Payment>(orderOf, pick(tables.payments, events.map(orderOf)))
    const { get, set, moves } = watched('payment', states, (row) => row)
    const save = (books: Books): void => {
      put(books.tables.payments, states.changed())
      books.transitions.push(...moves)
    }
    return { get, set, save }
  })

export const inventory = (decide: Decide<Shelf, InventoryEvent, Emission> = decideInventory): ServiceModel =>
  model<InventoryEvent, Shelf, Emission>('inventory', decide, (tables, events) => {
    const reservations = pick<Reservation>(tables.reservations, events.map(orderOf))
    const states = shelfStates(reservations, pick(tables.stocks, productsOf(events, reservations)))
    const { get, set, moves } = watched('reservation', states, (shelf) => shelf.reservation)
    const save = (books: Books): void => {
      put(books.tables.reservations, states.reservations())
      for (const stock of states.stocks()) {
        books.tables.stocks.set(stock.productId, stock)
        books.lowest = Math.min(books.lowest, stock.available)
      }
      books.transitions.push(...moves)
    }
    return { get, set, save }
  })

export const notification = (decide: Decide<Mailbox, NotificationEvent, Mail> = decideNotification): ServiceModel =>
  model<NotificationEvent, Mailbox, Mail>('notification', decide, (tables, events) => {
    const boxes = pick(tables.mailboxes, events.map(orderOf))
    return {
      get: (event) => boxes.get(orderOf(event)) ?? [],
      set: (event, box) => boxes.set(orderOf(event), box),
      save: ({ tables: { mailboxes } }) => {
        for (const [orderId, box] of boxes) mailboxes.set(orderId, box)
      },
    }
  })

export const standardModels: Models = {
  order: order(),
  payment: payment(),
  inventory: inventory(),
  notification: notification(),
}
