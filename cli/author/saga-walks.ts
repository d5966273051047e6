/** Walks one order through the domains of the services, along the routes that the catalogue has: the diagrams of docs/architecture.md. */
import type { Decision } from '../../kit/service/decision.ts'
import {
  consumersOf,
  type DataOf,
  type EventName,
  type EventOf,
  type NewEvent,
} from '../../services/contracts/catalogue.ts'
import { encodeEvent } from '../../services/contracts/codec.ts'
import { createDecide as stockDecisions } from '../../services/inventory/commands.ts'
import { newStock, type Shelf } from '../../services/inventory/domain.ts'
import { createDecide as orderDecisions, place } from '../../services/order/domain.ts'
import { type Led, leadBy } from '../../services/order/saga/lead.ts'
import { begin } from '../../services/order/saga/machine.ts'
import { createDecide as paymentDecisions } from '../../services/payment/commands.ts'
import type { Payment } from '../../services/payment/domain.ts'
import { type Carrier, type Shipment, createDecide as shippingDecisions } from '../../services/shipping/domain.ts'
import { mermaid } from './regions.ts'

type Said = NewEvent<EventName>
type Heard = EventOf<EventName>

/** What a service says to an event, and whether it changed anything for it. */
type Actor = (event: Heard) => { readonly emit: readonly Said[]; readonly acted: boolean }

/** A service with one order: its pure decision, and the state that this leaves. */
const actor = <E extends Heard, S>(decide: (event: E, state: S) => Decision<S, Said>, first: S): Actor => {
  let state = first
  return (event) => {
    const before = state
    const { state: after, emit } = decide(event as E, before)
    state = after
    return { emit, acted: emit.length > 0 || JSON.stringify(after) !== JSON.stringify(before) }
  }
}

export interface Walk {
  readonly orchestrated?: boolean
  readonly declined?: boolean
  readonly units?: number
  readonly refusedByCarrier?: boolean
}

const at = 0
const carrierOf = ({ refusedByCarrier = false }: Walk): Carrier => ({
  name: 'Parcel Post',
  refuses: () => refusedByCarrier,
  number: (orderId) => ({ shipmentId: `shipment-${orderId}`, trackingNumber: 'SL1' }),
  promiseMs: 1,
})

const openShop = (walk: Walk, data: DataOf<'order-created'>): Readonly<Record<string, Actor>> => ({
  order: actor(leadBy(orderDecisions('whole')), firstOf(data)),
  payment: actor<Parameters<ReturnType<typeof paymentDecisions>>[0], Payment | undefined>(
    paymentDecisions(() => walk.declined ?? false),
    undefined,
  ),
  inventory: actor<Parameters<ReturnType<typeof stockDecisions>>[0], Shelf>(stockDecisions('whole'), {
    reservation: undefined,
    stock: newStock('201', walk.units ?? 100, 10),
  }),
  shipping: actor<Parameters<ReturnType<typeof shippingDecisions>>[0], Shipment | undefined>(
    shippingDecisions(carrierOf(walk)),
    undefined,
  ),
})

const firstOf = (data: DataOf<'order-created'>): Led => ({
  order: place(data).state,
  saga: data.saga === undefined ? undefined : begin(data).state,
})

const openingOf = (data: DataOf<'order-created'>): Said[] => [
  ...place(data).emit,
  ...(data.saga === undefined ? [] : begin(data).emit),
]

export interface Hop {
  readonly from: string
  /** null: none of those who act on an order reads it. */
  readonly to: string | null
  readonly event: Said
  /** The receiver changed something or said something; otherwise it only took note. */
  readonly acted: boolean
}

/** The hops of one order between the services that act on it, one after the other, until nothing is said any more. */
export const walkOrder = (walk: Walk): Hop[] => {
  const saga = walk.orchestrated ? ({ saga: 'orchestration' } as const) : {}
  const data = { orderId: 'o-1', productId: 201, quantity: 2, amount: 1500, ...saga }
  const shop = openShop(walk, data)
  const waiting = openingOf(data).map((event) => ({ from: 'order', event }))
  const hops: Hop[] = []
  for (let said = waiting.shift(); said !== undefined; said = waiting.shift()) {
    const { from, event } = said
    const heard = JSON.parse(encodeEvent(event, from, null, at).payload ?? '') as Heard
    const readers = consumersOf(event.type, 'whole').filter((name) => name in shop || name === 'notification')
    if (readers.length === 0) hops.push({ from, to: null, event, acted: false })
    for (const to of readers) {
      const { emit, acted } = shop[to]?.(heard) ?? { emit: [], acted: true }
      hops.push({ from, to, event, acted })
      waiting.push(...emit.map((next) => ({ from: to, event: next })))
    }
  }
  return hops
}

const wordsOf = ({ type, data }: Said): string => {
  if ('outcome' in data) return `${type} ${data.command} ${data.outcome}`
  if ('command' in data) return `${type} ${data.command}`
  return 'status' in data ? `${type} ${data.status}` : type
}

/** Solid: the receiver acts. Dotted: it takes note. */
export const sequenceOf = (walk: Walk): string => {
  const hops = walkOrder(walk)
  const names = new Set(['order', ...hops.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))])
  return mermaid([
    'sequenceDiagram',
    ...[...names].map((name) => `  participant ${name}`),
    ...hops.map(({ from, to, event, acted }) =>
      to === null
        ? `  Note over ${from}: ${wordsOf(event)}`
        : `  ${from}${acted ? '->>' : '-->>'}${to}: ${wordsOf(event)}`,
    ),
  ])
}
