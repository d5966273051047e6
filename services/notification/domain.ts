import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf } from '../contracts/catalogue.ts'

/** An e-mail to a customer. One of a kind for an order: the pair (orderId, kind) is its identity. */
export interface Mail {
  readonly orderId: string
  readonly kind: 'confirmation' | 'cancellation'
  readonly userId: string | null
  readonly text: string
}

/** The mails that an order has had so far. */
export type Mailbox = readonly Mail['kind'][]

export type NotificationEvent = EventOf<'stock-reserved' | 'order-cancelled'>

/** One of a kind; and a confirmation that arrives behind its own cancellation would tell the customer something that is no longer true. */
const isDue = (kind: Mail['kind'], sent: Mailbox): boolean =>
  !sent.includes(kind) && !(kind === 'confirmation' && sent.includes('cancellation'))

/** What the core shop does: a reserved order is a confirmed one. */
export const decide = (event: NotificationEvent, sent: Mailbox): Decision<Mailbox, Mail> => {
  const mail = event.eventType === 'stock-reserved' ? confirmation(event) : cancellation(event)
  return isDue(mail.kind, sent) ? { state: [...sent, mail.kind], emit: [mail] } : { state: sent, emit: [] }
}

const confirmation = ({ data }: EventOf<'stock-reserved'>): Mail => ({
  orderId: data.orderId,
  kind: 'confirmation',
  userId: data.userId ?? null,
  text: `Your order ${data.orderId} is confirmed: ${data.quantity} × product ${data.productId}, ${data.amount} in all.`,
})

const cancellation = ({ data }: EventOf<'order-cancelled'>): Mail => ({
  orderId: data.orderId,
  kind: 'cancellation',
  userId: data.userId ?? null,
  text: `Your order ${data.orderId} was cancelled: ${data.reason}. What was paid goes back to you.`,
})

export type Way = 'email' | 'sms' | 'push'

type Shipment = DataOf<'shipping.shipment.status-changed'>
export type ShipmentStatus = Shipment['status']
type StockLevel = DataOf<'stock-depleted'>

/** What each kind of message is made of: the data of the event that led to it. It names nobody; names are put in when a message leaves. */
export interface Facts {
  readonly confirmation: DataOf<'order.order.completed'>
  readonly cancellation: DataOf<'order-cancelled'>
  readonly 'in-transit': Shipment
  readonly delayed: Shipment
  readonly delivered: Shipment
  readonly 'shipment-updated': DataOf<'shipping.shipment.updated'>
  readonly 'stock-low': StockLevel
  readonly 'stock-depleted': StockLevel
  readonly 'stock-normal': StockLevel
}
export type Kind = keyof Facts

/** Something to be told to one reader in one way. `id` follows from what it says, so no fact becomes two messages. */
export type Message = {
  [K in Kind]: {
    readonly id: string
    readonly kind: K
    readonly way: Way
    readonly facts: Facts[K]
    /** null: the administrator. */
    readonly orderId: string | null
    readonly userId: string | null
    /** How many changes of the shipment its order had had then. */
    readonly change: number
  }
}[Kind]

/** What the customer of an order was told so far. */
export interface Told {
  readonly orderId: string
  readonly mails: Mailbox
  readonly shipment: ShipmentStatus | null
  /** Changes of the shipment that left its status as it was. */
  readonly changes: number
}

type UserData = DataOf<'identity.user.created'>

/** A user as the events of the identity service carry them here. `personal` is sealed, and gone once the user is forgotten. */
export interface Reader extends Omit<UserData, 'personal'> {
  readonly personal: UserData['personal'] | null
  readonly status: 'active' | 'deactivated' | 'forgotten'
}

/** All that is needed to decide on an event: what its order's customer was told, and who that is. */
export interface Desk {
  readonly told: Told | undefined
  readonly reader: Reader | undefined
}

const endEvents = ['order.order.completed', 'order-cancelled'] as const
const shipmentEvents = ['shipping.shipment.status-changed', 'shipping.shipment.updated'] as const
const stockEvents = ['stock-level-warning', 'stock-depleted', 'stock-level-normalized'] as const
const userEvents = ['identity.user.created', 'identity.user.updated', 'identity.user.deactivated'] as const
export const tellingEvents = [...endEvents, ...shipmentEvents, ...stockEvents, ...userEvents] as const

type EndEvent = EventOf<(typeof endEvents)[number]>
type StockEvent = EventOf<(typeof stockEvents)[number]>
type UserEvent = EventOf<(typeof userEvents)[number]>
export type TellingEvent = EventOf<(typeof tellingEvents)[number]>
type Telling = Decision<Desk, Message>

/** What the whole shop does: a completed order is a confirmed one, parcels are followed, the administrator hears of empty shelves. */
export const tell = (event: TellingEvent, desk: Desk): Telling => {
  switch (event.eventType) {
    case 'order.order.completed':
    case 'order-cancelled':
      return tellEnd(event, desk)
    case 'shipping.shipment.status-changed':
      return tellStatus(event, desk)
    case 'shipping.shipment.updated':
      return tellChange(event, desk)
    case 'stock-level-warning':
    case 'stock-depleted':
    case 'stock-level-normalized':
      return { state: desk, emit: [alert(event)] }
    default:
      return { state: { ...desk, reader: learn(event, desk.reader) }, emit: [] }
  }
}

const toldSoFar = (orderId: string, { told }: Desk): Told => told ?? { orderId, mails: [], shipment: null, changes: 0 }

/** How an order ends is told by e-mail to everybody, whatever they prefer: it is about their money. */
const tellEnd = (event: EndEvent, desk: Desk): Telling => {
  const kind = event.eventType === 'order-cancelled' ? 'cancellation' : 'confirmation'
  const { orderId, userId = null } = event.data
  const told = toldSoFar(orderId, desk)
  if (!isDue(kind, told.mails)) return { state: desk, emit: [] }
  const mail = {
    id: `${kind}.${orderId}.email`,
    kind,
    way: 'email',
    facts: event.data,
    orderId,
    userId,
    change: 0,
  } as Message
  return { state: { ...desk, told: { ...told, mails: [...told.mails, kind] } }, emit: [mail] }
}

/** Nothing is told of a parcel that has arrived, or of an order that is off. */
export const isOver = ({ mails, shipment }: Told): boolean =>
  mails.includes('cancellation') || shipment === 'DELIVERED' || shipment === 'FAILED' || shipment === 'CANCELLED'

const worthTelling: Readonly<Partial<Record<ShipmentStatus, Kind>>> = {
  IN_TRANSIT: 'in-transit',
  DELAYED: 'delayed',
  DELIVERED: 'delivered',
}

const tellStatus = (event: EventOf<'shipping.shipment.status-changed'>, desk: Desk): Telling => {
  const { orderId, status } = event.data
  const told = toldSoFar(orderId, desk)
  if (isOver(told) || told.shipment === status) return { state: desk, emit: [] }
  const kind = worthTelling[status]
  const next = { ...told, shipment: status }
  return {
    state: { ...desk, told: next },
    emit: kind === undefined ? [] : shortMessages(event, kind, desk.reader, next),
  }
}

const tellChange = (event: EventOf<'shipping.shipment.updated'>, desk: Desk): Telling => {
  const told = toldSoFar(event.data.orderId, desk)
  if (isOver(told)) return { state: desk, emit: [] }
  const next = { ...told, changes: told.changes + 1 }
  return { state: { ...desk, told: next }, emit: shortMessages(event, 'shipment-updated', desk.reader, next) }
}

export const wants = (reader: Reader | undefined, way: Way): boolean =>
  reader?.status === 'active' && reader.preferences.channels.includes(way)

const shortWays = ['sms', 'push'] as const

const shortMessages = (
  { eventId, data }: EventOf<(typeof shipmentEvents)[number]>,
  kind: Kind,
  reader: Reader | undefined,
  { changes }: Told,
): Message[] =>
  shortWays
    .filter((way) => wants(reader, way))
    .map((way) => {
      const { orderId, userId = null } = data
      return { id: `${eventId}.${way}`, kind, way, facts: data, orderId, userId, change: changes } as Message
    })

const alerts = {
  'stock-level-warning': 'stock-low',
  'stock-depleted': 'stock-depleted',
  'stock-level-normalized': 'stock-normal',
} as const

/** Each crossing of a threshold has an event of its own, so each is told once. */
const alert = ({ eventId, eventType, data }: StockEvent): Message => ({
  id: `${eventId}.email`,
  kind: alerts[eventType],
  way: 'email',
  facts: data,
  orderId: null,
  userId: null,
  change: 0,
})

/** The three user topics know no order among each other: the revision does. */
const learn = (event: UserEvent, reader: Reader | undefined): Reader | undefined => {
  const { eventType, data } = event
  if (reader !== undefined && reader.revision >= data.revision) return fillIn(reader, event)
  if (eventType !== 'identity.user.deactivated') return { ...data, status: 'active' }
  const { userId, revision, forgotten } = data
  const known = reader ?? { userId, role: 'customer', preferences: { channels: [], quietHours: null }, personal: null }
  return forgotten
    ? { ...known, revision, personal: null, status: 'forgotten' }
    : { ...known, revision, status: 'deactivated' }
}

/** Of somebody who left before we heard that they had come, we still learn who it was: their last orders end, too. */
const fillIn = (reader: Reader, { data }: UserEvent): Reader =>
  reader.status === 'deactivated' && reader.personal === null && 'personal' in data
    ? { ...data, revision: reader.revision, status: 'deactivated' }
    : reader
