import type { EventOf } from '../contracts/catalogue.ts'

/** All that an order's way can be told from, whichever kind of saga leads it. */
export const observed = [
  'order-created',
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'order-cancelled',
  'payment-refunded',
  'order.order.completed',
  'stock-restored',
  'shipping.shipment.created',
  'shipping.shipment.status-changed',
  'inventory.saga.reply',
  'payment.saga.reply',
  'shipping.saga.reply',
] as const

export type AnalyticsEvent = EventOf<(typeof observed)[number]>

/** What can be true of an order. Once true, always true: so it does not matter in which order, or how often, the events come. */
export type Mark =
  | 'placed'
  | 'paid'
  | 'reserved'
  | 'shipped'
  | 'confirmed'
  | 'cancelled'
  | 'declined'
  | 'outOfStock'
  | 'carrierRefused'
  | 'byCustomer'
  | 'lateAnswer'
  | 'refunded'
  | 'restored'
  | 'delayed'
  | 'delivered'
  | 'orchestrated'

const bits: Readonly<Record<Mark, number>> = {
  placed: 1,
  paid: 2,
  reserved: 4,
  shipped: 8,
  confirmed: 16,
  cancelled: 32,
  declined: 64,
  outOfStock: 128,
  carrierRefused: 256,
  byCustomer: 512,
  lateAnswer: 1024,
  refunded: 2048,
  restored: 4096,
  delayed: 8192,
  delivered: 16384,
  orchestrated: 32768,
}

/** `at`: ms since 1970, when the order was confirmed. */
export interface Sale {
  readonly at: number
  readonly product: string
  readonly units: number
  readonly amount: number
}

/** What is known of one order: a join of all its events, each of which can only add to it. */
export interface OrderFacts {
  readonly orderId: string
  /** The marks as bits. */
  readonly marks: number
  /** Ms since 1970, of the earliest event that says so. */
  readonly shippedAt: number | null
  readonly deliveredAt: number | null
  readonly sale: Sale | null
}

export const unknownOrder = (orderId: string): OrderFacts => ({
  orderId,
  marks: 0,
  shippedAt: null,
  deliveredAt: null,
  sale: null,
})

export const is = ({ marks }: OrderFacts, mark: Mark): boolean => (marks & bits[mark]) !== 0

/** The facts with what the event says; the very same object where it says nothing new. */
export const fold = (facts: OrderFacts, event: AnalyticsEvent): OrderFacts => {
  const at = Date.parse(event.timestamp)
  const said = marksOf(event)
  const marks = said.reduce((all, mark) => all | bits[mark], facts.marks | (event.data.saga ? bits.orchestrated : 0))
  const shippedAt = said.includes('shipped') ? earlier(facts.shippedAt, at) : facts.shippedAt
  const deliveredAt = said.includes('delivered') ? earlier(facts.deliveredAt, at) : facts.deliveredAt
  const sale = said.includes('confirmed') ? firstSale(facts.sale, saleOf(event, at)) : facts.sale
  const isNew =
    marks !== facts.marks || shippedAt !== facts.shippedAt || deliveredAt !== facts.deliveredAt || sale !== facts.sale
  return isNew ? { orderId: facts.orderId, marks, shippedAt, deliveredAt, sale } : facts
}

const marksOf = (event: AnalyticsEvent): readonly Mark[] => {
  switch (event.eventType) {
    case 'order-cancelled':
      return ['cancelled', ...causeOf(event.data.reason)]
    case 'shipping.shipment.status-changed':
      return byStatus[event.data.status] ?? []
    case 'inventory.saga.reply':
    case 'payment.saga.reply':
    case 'shipping.saga.reply':
      return byReply[`${event.data.command} ${event.data.outcome}`] ?? []
    default:
      return byType[event.eventType]
  }
}

const byType = {
  'order-created': ['placed'],
  'payment-success': ['paid'],
  'payment-failed': ['declined'],
  'stock-reserved': ['reserved'],
  'stock-failed': ['outOfStock'],
  'payment-refunded': ['refunded'],
  'order.order.completed': ['confirmed'],
  'stock-restored': ['restored'],
  'shipping.shipment.created': ['shipped'],
} as const satisfies Record<string, readonly Mark[]>

const byStatus: Readonly<Partial<Record<string, readonly Mark[]>>> = {
  DELAYED: ['delayed'],
  DELIVERED: ['delivered'],
  FAILED: ['carrierRefused'],
}

const byReply: Readonly<Partial<Record<string, readonly Mark[]>>> = {
  'reserve done': ['reserved'],
  'reserve refused': ['outOfStock'],
  'release done': ['restored'],
  'charge done': ['paid'],
  'charge refused': ['declined'],
  'refund done': ['refunded'],
  'ship done': ['shipped'],
  'ship refused': ['carrierRefused'],
}

/**
 * Two causes stand in the words of the cancellation alone, the second in those of the operator who gave up a saga that got no answer; the others have
 * events of their own.
 */
const causeOf = (reason: string): readonly Mark[] => {
  if (/\bby the customer\b/i.test(reason)) return ['byCustomer']
  return /\b(deadline|in time|no answer|not answer|timed out)\b/i.test(reason) ? ['lateAnswer'] : []
}

const earlier = (known: number | null, at: number): number => (known === null ? at : Math.min(known, at))

const saleOf = ({ data }: AnalyticsEvent, at: number): Sale => ({
  at,
  product: String(data.productId),
  units: data.quantity,
  amount: data.amount,
})

/** There should be one; of two that differ the same one counts, whichever came first. */
const firstSale = (known: Sale | null, said: Sale): Sale => (known === null || isBefore(said, known) ? said : known)

const isBefore = (a: Sale, b: Sale): boolean => {
  if (a.at !== b.at) return a.at < b.at
  if (a.product !== b.product) return a.product < b.product
  if (a.units !== b.units) return a.units < b.units
  return a.amount < b.amount
}
