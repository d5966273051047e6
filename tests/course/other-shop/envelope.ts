import { randomBytes } from 'node:crypto'

export const TOPICS = [
  'order-created',
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'order-cancelled',
  'payment-refunded',
] as const
export type Topic = (typeof TOPICS)[number]

export interface Data {
  readonly orderId: string
  readonly productId: string | number
  readonly quantity: number
  readonly amount: number
  readonly [more: string]: unknown
}

export interface Envelope {
  readonly schema: 2
  readonly data: Data
  readonly eventId: string
  readonly eventType: Topic
  readonly timestamp: string
  readonly source: { readonly pid: number }
}

let count = 0

/** Ids of our own making, fields of our own, and UTC written with an offset: all that is free. */
export function wrap(eventType: Topic, data: Data): Envelope {
  count += 1
  const eventId = `evt:${process.pid.toString(36)}:${count}:${randomBytes(9).toString('base64url')}`
  const timestamp = new Date().toISOString().replace('Z', '+00:00')
  return { schema: 2, data, eventId, eventType, timestamp, source: { pid: process.pid } }
}

/** The name of the first field that makes this no order, or nothing. */
export function fault(data: unknown): string | undefined {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return 'data'
  const { orderId, productId, quantity, amount } = data as Readonly<Record<string, unknown>>
  if (typeof orderId !== 'string' || orderId.length === 0) return 'orderId'
  if (typeof productId === 'string' ? productId.length === 0 : typeof productId !== 'number') return 'productId'
  if (typeof quantity !== 'number' || quantity < 1 || quantity % 1 !== 0) return 'quantity'
  if (typeof amount !== 'number' || !(amount >= 0) || amount === Number.POSITIVE_INFINITY) return 'amount'
  return undefined
}

export function isTopic(name: unknown): name is Topic {
  return (TOPICS as readonly unknown[]).includes(name)
}

/** What is on the topic, if it is an order at all. */
export function unwrap(value: string | undefined): Data | undefined {
  if (!value) return undefined
  try {
    const { data } = JSON.parse(value) as { data: unknown }
    return fault(data) === undefined ? (data as Data) : undefined
  } catch {
    return undefined
  }
}
