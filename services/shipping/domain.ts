import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent } from '../contracts/catalogue.ts'

type OrderData = DataOf<'stock-reserved'>
type Status = DataOf<'shipping.shipment.status-changed'>['status']

/** One line of a parcel's way. `at`: ms since 1970. */
export interface Step {
  readonly status: Status
  readonly at: number
  readonly note: string | null
}

/**
 * One shipment an order, whatever happens. CREATED → PICKED_UP → IN_TRANSIT → (DELAYED) → DELIVERED is the carrier's way. FAILED: the carrier
 * refused it at once. CANCELLED: called back before it was picked up. BARRED: called back before it was asked for, so nothing will be sent.
 */
export interface Shipment extends OrderData {
  readonly shipmentId: string
  readonly trackingNumber: string
  readonly carrier: string
  readonly status: Status | 'BARRED'
  /** Why, where it is no good news. */
  readonly reason: string | null
  /** When the carrier expects to deliver, ms since 1970. */
  readonly deliverBy: number
  /** How many changes were told after its creation; makes each one's event id its own. */
  readonly changes: number
  readonly history: readonly Step[]
  /** Somebody of the shop asked for it, no event did. */
  readonly byHand?: true
}

export type ShippingEvent = EventOf<'stock-reserved' | 'order-cancelled' | 'shipping.saga.command'>
export type ShippingEmission = NewEvent<
  'shipping.shipment.created' | 'shipping.shipment.updated' | 'shipping.shipment.status-changed' | 'shipping.saga.reply'
>
type ShippingDecision = Decision<Shipment | undefined, ShippingEmission>

/** What the carrier gives a parcel, and which ones it will not have: the same answer for the same order each time. `at`: ms since 1970. */
export interface Carrier {
  readonly name: string
  refuses(orderId: string): boolean
  number(orderId: string, at: number): Pick<Shipment, 'shipmentId' | 'trackingNumber'>
  /** How long a parcel takes, in ms. */
  readonly promiseMs: number
}

export const createDecide =
  (carrier: Carrier) =>
  (event: ShippingEvent, shipment: Shipment | undefined): ShippingDecision => {
    const at = Date.parse(event.timestamp)
    switch (event.eventType) {
      case 'stock-reserved':
        return isLed(event.data) || shipment !== undefined ? asItIs(shipment) : ship(event.data, carrier, at)
      case 'order-cancelled': {
        const { reason, ...order } = event.data
        return isLed(order) ? asItIs(shipment) : callBack(order, shipment, reason, carrier, at)
      }
      case 'shipping.saga.command':
        return obey(event.data, shipment, carrier, at)
    }
  }

/** Of such an order the order service says what to do; its events are only told to us, too. */
const isLed = ({ saga }: OrderData): boolean => saga === 'orchestration'

const asItIs = <S extends Shipment | undefined>(state: S): Decision<S, never> => ({ state, emit: [] })

const factsOf = ({ status: _s, reason: _r, deliverBy: _d, changes: _c, history: _h, byHand: _b, ...facts }: Shipment) =>
  facts

const parcel = (order: OrderData, carrier: Carrier, at: number): Shipment => ({
  ...order,
  ...carrier.number(order.orderId, at),
  carrier: carrier.name,
  status: 'CREATED',
  reason: null,
  deliverBy: at + carrier.promiseMs,
  changes: 0,
  history: [{ status: 'CREATED', at, note: null }],
})

/** Hands an order to the carrier, who takes it on or refuses it. */
export const ship = (order: OrderData, carrier: Carrier, at: number): Decision<Shipment, ShippingEmission> => {
  const created = parcel(order, carrier, at)
  if (carrier.refuses(order.orderId))
    return change({ ...created, history: [] }, 'FAILED', at, `${carrier.name} refused the parcel`, null)
  return { state: created, emit: [{ type: 'shipping.shipment.created', data: factsOf(created) }] }
}

const change = (
  shipment: Shipment,
  status: Status,
  at: number,
  reason: string | null,
  from: Status | null,
): Decision<Shipment, ShippingEmission> => {
  const changes = shipment.changes + 1
  const history = [...shipment.history, { status, at, note: reason }]
  const data = { ...factsOf(shipment), from, status, reason }
  return {
    state: { ...shipment, status, reason, changes, history },
    emit: [{ type: 'shipping.shipment.status-changed', data, occurrence: changes }],
  }
}

/** What was not picked up yet stays here; what is on its way cannot be called back. */
const callBack = (
  order: OrderData,
  shipment: Shipment | undefined,
  reason: string,
  carrier: Carrier,
  at: number,
): ShippingDecision => {
  if (shipment === undefined)
    return asItIs({ ...parcel(order, carrier, at), status: 'BARRED' as const, reason, history: [] })
  return shipment.status === 'CREATED' ? change(shipment, 'CANCELLED', at, reason, 'CREATED') : asItIs(shipment)
}

/** Does what the orchestrated saga asks, once, and answers every time: with what became of it. */
const obey = (
  { command, sequence, reason, ...order }: DataOf<'shipping.saga.command'>,
  before: Shipment | undefined,
  carrier: Carrier,
  at: number,
): ShippingDecision => {
  const { state, emit } =
    command === 'unship'
      ? callBack(order, before, reason ?? 'called back', carrier, at)
      : before === undefined
        ? ship(order, carrier, at)
        : asItIs(before)
  const refusal = state === undefined ? null : command === 'ship' ? whyNotShipped(state) : whyNotUndone(state)
  const outcome = refusal === null ? ({ outcome: 'done' } as const) : ({ outcome: 'refused', reason: refusal } as const)
  const parcelOf =
    state === undefined || state.status === 'BARRED'
      ? {}
      : { shipmentId: state.shipmentId, trackingNumber: state.trackingNumber }
  const data = { ...order, command, sequence, ...outcome, ...parcelOf }
  return { state, emit: [...emit, { type: 'shipping.saga.reply', data, occurrence: sequence }] }
}

const whyNotShipped = ({ status, reason }: Shipment): string | null => {
  switch (status) {
    case 'FAILED':
    case 'CANCELLED':
    case 'BARRED':
      return reason ?? status
    default:
      return null
  }
}

const whyNotUndone = ({ status }: Shipment): string | null => {
  switch (status) {
    case 'FAILED':
    case 'CANCELLED':
    case 'BARRED':
      return null
    default:
      return `the parcel is ${status} and can no longer be called back`
  }
}

/** The carrier's next step. `lateMs`: where the parcel will be late, by how much; null where all goes well. An end stays as it is. */
export const advance = (
  shipment: Shipment,
  at: number,
  lateMs: number | null,
): Decision<Shipment, ShippingEmission> => {
  const { status } = shipment
  switch (status) {
    case 'CREATED':
      return change(shipment, 'PICKED_UP', at, null, status)
    case 'PICKED_UP':
      return change(shipment, 'IN_TRANSIT', at, null, status)
    case 'IN_TRANSIT':
      return lateMs === null ? change(shipment, 'DELIVERED', at, null, status) : delay(shipment, at, lateMs)
    case 'DELAYED':
      return change(shipment, 'DELIVERED', at, null, status)
    default:
      return asItIs(shipment)
  }
}

const delay = (shipment: Shipment, at: number, lateMs: number): Decision<Shipment, ShippingEmission> => {
  const late = change(shipment, 'DELAYED', at, `${shipment.carrier} is late`, 'IN_TRANSIT')
  const deliverBy = Math.max(shipment.deliverBy, at) + lateMs
  const told = tell(late.state, { deliverBy, note: 'Your parcel is late; it has a new day of delivery.' }, at)
  return { state: told.state, emit: [...late.emit, ...told.emit] }
}

/** A note for the customer, maybe with a new time of delivery. The same once more says nothing. */
const tell = (
  shipment: Shipment,
  { deliverBy, note }: { readonly deliverBy: number; readonly note: string },
  at: number,
): Decision<Shipment, ShippingEmission> => {
  const { status } = shipment
  if (status === 'BARRED' || (shipment.history.at(-1)?.note === note && shipment.deliverBy === deliverBy))
    return asItIs(shipment)
  const changes = shipment.changes + 1
  const data = { ...factsOf(shipment), deliverBy: new Date(deliverBy).toISOString(), note }
  return {
    state: { ...shipment, deliverBy, changes, history: [...shipment.history, { status, at, note }] },
    emit: [{ type: 'shipping.shipment.updated', data, occurrence: changes }],
  }
}

/** So many changes of one shipment are told; more are somebody's loop. */
const maxChanges = 50

/** What somebody of the shop has to tell about a parcel that is not there yet; or why that cannot be. */
export const amend = (
  shipment: Shipment,
  news: { readonly deliverBy?: number | undefined; readonly note: string },
  at: number,
): Decision<Shipment, ShippingEmission> | { readonly refused: string } => {
  if (!isUnderWay(shipment)) return { refused: `it is ${shipment.status}` }
  if (shipment.changes >= maxChanges) return { refused: `it has been changed ${shipment.changes} times already` }
  return tell(shipment, { deliverBy: news.deliverBy ?? shipment.deliverBy, note: news.note }, at)
}

/** Whether the carrier has a step to do yet. */
export const isUnderWay = ({ status }: Shipment): boolean =>
  status === 'CREATED' || status === 'PICKED_UP' || status === 'IN_TRANSIT' || status === 'DELAYED'
