import type { EventName, EventOf, NewEvent } from '../../../services/contracts/catalogue.ts'
import type { Reservation, Stock } from '../../../services/inventory/domain.ts'
import type { Led } from '../../../services/order/saga/lead.ts'
import type { Payment } from '../../../services/payment/domain.ts'
import type { Shipment } from '../../../services/shipping/domain.ts'
import { toEvent } from '../sim/publish.ts'
import { newStocks } from '../sim/world.ts'

export type ShopEvent = EventOf<EventName>
export type Emission = NewEvent<EventName>

export interface Tables {
  readonly led: Map<string, Led>
  readonly payments: Map<string, Payment>
  readonly reservations: Map<string, Reservation>
  readonly stocks: Map<string, Stock>
  readonly shipments: Map<string, Shipment>
}

/** A service as a function: what it writes and says about one event, in one transaction. */
export interface Model {
  readonly name: string
  readonly reads: readonly EventName[]
  handle(tables: Tables, event: ShopEvent): readonly Emission[]
}

/** Captures above 0, refunds below. */
export type Ledger = { readonly orderId: string; readonly amount: number }[]

interface Row {
  readonly event: ShopEvent
  sent: boolean
}

export interface Service {
  readonly model: Model
  readonly inbox: Set<string>
  readonly outbox: Row[]
  /** By stream: how far it has read. */
  readonly positions: Map<string, number>
  /** Reads nothing, for the time being or for good. */
  down: boolean
}

/** One key of one topic: what Kafka keeps in order. */
export interface Stream {
  readonly name: string
  readonly topic: EventName
  readonly orderId: string
  readonly records: ShopEvent[]
}

export interface World {
  readonly services: readonly Service[]
  readonly tables: Tables
  readonly streams: Map<string, Stream>
  /** Taken off its stream by a service that could not handle it; comes back when an operator sends it again. */
  readonly letters: { readonly service: Service; readonly event: ShopEvent }[]
  /** Every status of an order, of a payment, …, in the order in which they were written. */
  readonly moves: { readonly entity: string; readonly id: string; readonly from: string; readonly to: string }[]
  /** Money that moved, by order. */
  readonly money: Ledger
  lowest: number
  /** A service that stays away, whatever else is healed; empty: none. */
  gone: string
  placed: number
  readonly story: string[]
}

export const newWorld = (models: (money: Ledger) => readonly Model[], money: Ledger = []): World => ({
  services: models(money).map((model) => ({
    model,
    inbox: new Set(),
    outbox: [],
    positions: new Map(),
    down: false,
  })),
  tables: {
    led: new Map(),
    payments: new Map(),
    reservations: new Map(),
    stocks: newStocks(),
    shipments: new Map(),
  },
  streams: new Map(),
  letters: [],
  moves: [],
  money,
  lowest: 0,
  gone: '',
  placed: 0,
  story: [],
})

type Statuses = readonly (readonly [entity: string, id: string, status: string])[]

const statusesOf = ({ led, payments, reservations, shipments }: Tables, orderId: string): Statuses => [
  ['order', orderId, led.get(orderId)?.order?.status ?? 'nothing'],
  ['payment', orderId, payments.get(orderId)?.status ?? 'nothing'],
  ['reservation', orderId, reservations.get(orderId)?.status ?? 'nothing'],
  ['shipment', orderId, shipments.get(orderId)?.status ?? 'nothing'],
]

/** What one transaction does to one order, and what it says; noted for the judge. */
export const transact = (
  world: World,
  name: string,
  orderId: string,
  cause: string | null,
  work: () => readonly Emission[],
): void => {
  const before = statusesOf(world.tables, orderId)
  const emit = work()
  statusesOf(world.tables, orderId).forEach(([entity, id, to], i) => {
    const from = before[i]![2]
    if (from !== to) world.moves.push({ entity, id, from, to })
  })
  for (const { available } of world.tables.stocks.values()) world.lowest = Math.min(world.lowest, available)
  const { outbox } = serviceOf(world, name)
  for (const emission of emit) outbox.push({ event: toEvent(emission, name, cause) as ShopEvent, sent: false })
  world.story.push(`${name} ${cause ?? 'by hand'} → ${emit.map((one) => one.type).join(', ') || 'nothing said'}`)
}

export const serviceOf = ({ services }: World, name: string): Service =>
  services.find(({ model }) => model.name === name)!

export const publish = (world: World, event: ShopEvent): void => {
  const name = `${event.eventType} ${event.correlationId}`
  const stream = world.streams.get(name) ?? {
    ...{ name, topic: event.eventType, orderId: event.correlationId, records: [] },
  }
  stream.records.push(event)
  world.streams.set(name, stream)
}

/** The streams of a service with something unread. */
export const unread = ({ streams }: World, { model, positions }: Service): Stream[] =>
  [...streams.values()].filter(
    ({ name, topic, records }) => model.reads.includes(topic) && (positions.get(name) ?? 0) < records.length,
  )

/** Handles one event, unless the inbox knows it. */
export const handle = (world: World, service: Service, event: ShopEvent): void => {
  if (service.inbox.has(event.eventId)) return
  service.inbox.add(event.eventId)
  transact(world, service.model.name, event.correlationId, event.eventId, () =>
    service.model.handle(world.tables, event),
  )
}
