import { consumersOf, type EventName, type EventOf, type NewEvent } from '../../../services/contracts/catalogue.ts'
import {
  createDecide as inventoryIn,
  newStock,
  type Reservation,
  type Stock,
} from '../../../services/inventory/domain.ts'
import { cancel, type Order, createDecide as orderIn, place } from '../../../services/order/domain.ts'
import { type Payment, createDecide as paymentOf } from '../../../services/payment/domain.ts'
import { advance, type Shipment, createDecide as shippingOf } from '../../../services/shipping/domain.ts'

type ShopEvent = EventOf<EventName>
type Emission = NewEvent<EventName>

/** All that the four services know of one order, and what is on its way to them: by service and topic, the oldest first. */
export interface State {
  readonly order: Order
  readonly payment: Payment | undefined
  readonly reservation: Reservation | undefined
  readonly stock: Stock
  readonly shipment: Shipment | undefined
  readonly waiting: Readonly<Record<string, readonly ShopEvent[]>>
  /** What came already, and might come once more. */
  readonly delivered: Readonly<Record<string, readonly ShopEvent[]>>
  readonly duplicatesLeft: number
  /** Types of all that was said. */
  readonly said: readonly EventName[]
}

/** What becomes of the order, and how much of the world's malice there is. */
export interface Fate {
  readonly declined?: boolean
  readonly units: number
  readonly refused?: boolean
  /** How many events come once more, with no inbox that remembers them. */
  readonly duplicates: number
}

type Heard = { readonly changed: Partial<State>; readonly emit: readonly Emission[] }
export type Handlers = Readonly<
  Record<'order' | 'payment' | 'inventory' | 'shipping', (state: State, event: ShopEvent) => Heard>
>

/** As production runs them in the whole shop, told for each fate. */
export const handlersFor = (fate: Fate): Handlers => {
  const [order, inventory, pay] = [orderIn('whole'), inventoryIn('whole'), paymentOf(() => fate.declined === true)]
  const ship = shippingOf({
    name: 'carrier',
    refuses: () => fate.refused === true,
    number: () => ({ shipmentId: 's1', trackingNumber: 't1' }),
    promiseMs: 1,
  })
  type Of<F extends (event: never, state: never) => unknown> = Parameters<F>[0]
  return {
    order: (state, event) => {
      const { state: after, emit } = order(event as Of<typeof order>, state.order)
      return { changed: { order: after! }, emit }
    },
    payment: (state, event) => {
      const { state: payment, emit } = pay(event as Of<typeof pay>, state.payment)
      return { changed: { payment }, emit }
    },
    inventory: (state, event) => {
      const { state: shelf, emit } = inventory(event as Of<typeof inventory>, state)
      return { changed: { reservation: shelf.reservation, stock: shelf.stock! }, emit }
    },
    shipping: (state, event) => {
      const { state: shipment, emit } = ship(event as Of<typeof ship>, state.shipment)
      return { changed: { shipment }, emit }
    },
  }
}

const services = ['order', 'payment', 'inventory', 'shipping'] as const
/** Levels of the shelf are nobody's business here. */
const isOfOrder = ({ type }: Emission): boolean => !type.startsWith('stock-level') && type !== 'stock-depleted'

const publish = (state: State, emissions: readonly Emission[]): State => {
  const waiting = { ...state.waiting }
  const emit = emissions.filter(isOfOrder)
  for (const { type, data } of emit) {
    const event = { eventId: type, eventType: type, timestamp: new Date(0).toISOString(), data } as unknown as ShopEvent
    for (const service of services)
      if (consumersOf(type, 'whole').includes(service))
        waiting[`${service}/${type}`] = [...(waiting[`${service}/${type}`] ?? []), event]
  }
  return { ...state, waiting, said: [...state.said, ...emit.map(({ type }) => type)] }
}

const hear = (handlers: Handlers, state: State, lane: string, event: ShopEvent): State => {
  const { changed, emit } = handlers[lane.split('/')[0] as keyof Handlers](state, event)
  return publish({ ...state, ...changed }, emit)
}

/** The next record of one topic at one service; or, as long as there may be duplicates, one that came before. */
const deliveries = (handlers: Handlers, state: State): State[] => {
  const fresh = Object.entries(state.waiting).flatMap(([lane, [event, ...rest]]) => {
    if (event === undefined) return []
    const delivered = { ...state.delivered, [lane]: [...(state.delivered[lane] ?? []), event] }
    return [hear(handlers, { ...state, waiting: { ...state.waiting, [lane]: rest }, delivered }, lane, event)]
  })
  if (state.duplicatesLeft === 0) return fresh
  const again = Object.entries(state.delivered).flatMap(([lane, events]) =>
    events.map((event) => hear(handlers, { ...state, duplicatesLeft: state.duplicatesLeft - 1 }, lane, event)),
  )
  return [...fresh, ...again]
}

const carried = (state: State): State[] => {
  if (state.shipment?.status !== 'CREATED') return []
  const { state: shipment, emit } = advance(state.shipment, 1, null)
  return [publish({ ...state, shipment }, emit)]
}

const cancelled = (state: State): State[] => {
  const { state: order, emit } = cancel(state.order, 'by the customer')
  return emit.length === 0 ? [] : [publish({ ...state, order }, emit)]
}

const lanes = (of: State['waiting']): string[] =>
  Object.entries(of)
    .map(([lane, events]) => `${lane} ${events.map(({ data }) => ('status' in data ? data.status : '.'))}`)
    .sort()

/** What tells two situations apart: not in which order they came about, nor in which words something was refused. */
const idOf = ({
  order,
  payment,
  reservation,
  stock,
  shipment,
  waiting,
  delivered,
  duplicatesLeft,
  said,
}: State): string => {
  const records = [order, payment, reservation, shipment].map((record) => record?.status)
  return JSON.stringify([records, stock.available, lanes(waiting), lanes(delivered), duplicatesLeft, said.toSorted()])
}

const begin = ({ units, duplicates }: Fate): State => {
  const { state: order, emit } = place({ orderId: 'o1', productId: 201, quantity: 2, amount: 10 })
  const nothing = {
    payment: undefined,
    reservation: undefined,
    shipment: undefined,
    waiting: {},
    delivered: {},
    said: [],
  }
  return publish({ ...nothing, order, stock: newStock('201', units, 0), duplicatesLeft: duplicates }, emit)
}

/**
 * Goes through every schedule there is: each service reads its topics in any order among them, the customer cancels at any point or never, the carrier
 * picks up at any point once there is a parcel. Returns how many different situations there are; `see` is told each once, with whether nothing more will come.
 */
export const everySchedule = (fate: Fate, handlers: Handlers, see: (state: State, isOver: boolean) => void): number => {
  const seen = new Set<string>()
  const open = [begin(fate)]
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const id = idOf(state)
    if (seen.has(id)) continue
    seen.add(id)
    see(
      state,
      Object.values(state.waiting).every((lane) => lane.length === 0),
    )
    open.push(...deliveries(handlers, state), ...carried(state), ...cancelled(state))
  }
  return seen.size
}
