import type { z } from 'zod'
import type { Envelope } from '../../kit/service/envelope.ts'
import { orderData, refusedOrderData, stockLevelData } from './schemas.ts'

/** One kind of event: who says it, who listens, and what it looks like. */
export interface EventType {
  readonly summary: string
  /** The service that publishes it. */
  readonly producer: string
  /** The services that consume it; each in its own consumer group, `<service>-group`. */
  readonly consumers: readonly string[]
  /** The field of the data that is the message key. Events with one key keep their order. */
  readonly key: 'orderId' | 'productId'
  /** Of the data's schema as it is written today. */
  readonly version: number
  readonly data: z.ZodType
}

/**
 * The one list of events. Types, JSON Schema, AsyncAPI, docs/events.md, topic creation and the dashboard's map all come from here.
 * An event type is the name of its topic; its dead letters go to `<topic>-dlq`.
 */
export const catalogue = {
  'order-created': {
    summary: 'A customer placed an order; nothing is paid or reserved yet.',
    producer: 'order',
    consumers: ['payment'],
    key: 'orderId',
    version: 1,
    data: orderData,
  },
  'payment-success': {
    summary: 'The order is paid.',
    producer: 'payment',
    consumers: ['inventory', 'order'],
    key: 'orderId',
    version: 1,
    data: orderData,
  },
  'payment-failed': {
    summary: 'The payment was declined; nothing was charged.',
    producer: 'payment',
    consumers: ['order'],
    key: 'orderId',
    version: 1,
    data: refusedOrderData,
  },
  'stock-reserved': {
    summary: 'The units are set aside for the order.',
    producer: 'inventory',
    consumers: ['order', 'notification'],
    key: 'orderId',
    version: 1,
    data: orderData,
  },
  'stock-failed': {
    summary: 'There are not enough units; nothing was reserved.',
    producer: 'inventory',
    consumers: ['order', 'payment'],
    key: 'orderId',
    version: 1,
    data: refusedOrderData,
  },
  'order-cancelled': {
    summary: 'The order is off: whoever did something for it undoes that now.',
    producer: 'order',
    consumers: ['payment', 'inventory', 'notification'],
    key: 'orderId',
    version: 1,
    data: refusedOrderData,
  },
  'payment-refunded': {
    summary: 'The money went back to the customer.',
    producer: 'payment',
    consumers: ['order'],
    key: 'orderId',
    version: 1,
    data: refusedOrderData,
  },
  'stock-level-warning': {
    summary: 'A product fell to its threshold or below it.',
    producer: 'inventory',
    consumers: [],
    key: 'productId',
    version: 1,
    data: stockLevelData,
  },
  'stock-level-normalized': {
    summary: 'A product that was low is above its threshold again.',
    producer: 'inventory',
    consumers: [],
    key: 'productId',
    version: 1,
    data: stockLevelData,
  },
  'stock-depleted': {
    summary: 'The last unit of a product is gone.',
    producer: 'inventory',
    consumers: [],
    key: 'productId',
    version: 1,
    data: stockLevelData,
  },
} as const satisfies Record<string, EventType>

export type Catalogue = typeof catalogue
export type EventName = keyof Catalogue
export type DataOf<Name extends EventName> = z.infer<Catalogue[Name]['data']>

/** An event as it lies on its topic, e.g. `EventOf<'order-created' | 'order-cancelled'>`; a union can be told apart by `eventType`. */
export type EventOf<Name extends EventName> = { [N in Name]: Envelope<N, DataOf<N>> }[Name]

/** An event before the kit puts its envelope around it. */
export type NewEvent<Name extends EventName> = {
  [N in Name]: {
    readonly type: N
    readonly data: DataOf<N>
    /** Tells two events of one type and key apart (a counter, say); needed only where there can be two. */
    readonly occurrence?: number
  }
}[Name]

export const eventNames = Object.keys(catalogue) as EventName[]
export const groupOf = (service: string): string => `${service}-group`
export const dlqOf = (topic: string): string => `${topic}-dlq`
export const consumedBy = (service: string): EventName[] =>
  eventNames.filter((name) => (catalogue[name].consumers as readonly string[]).includes(service))
export const producedBy = (service: string): EventName[] =>
  eventNames.filter((name) => catalogue[name].producer === service)
