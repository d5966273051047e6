import type { OutgoingRecord } from '../../kit/kafka/bus.ts'
import type { DataOf, NewEvent } from '../contracts/catalogue.ts'
import { encodeEvent } from '../contracts/codec.ts'
import type { AnalyticsEvent } from './domain.ts'

export const fates = ['delivered', 'confirmed', 'declined', 'outOfStock', 'refused', 'customer'] as const
export type Fate = (typeof fates)[number]

/** One order from its beginning to its end; an event a second. */
export interface Story {
  readonly orderId: string
  readonly fate: Fate
  readonly orchestrated?: boolean
  readonly userId?: string
  readonly productId?: number | string
  readonly quantity?: number
  readonly amount?: number
  /** Ms since 1970. */
  readonly startAt?: number
}

type Said = NewEvent<AnalyticsEvent['eventType']>
type Order = DataOf<'order-created'>

const parcel = (order: Order) => ({
  ...order,
  shipmentId: `s-${order.orderId}`,
  trackingNumber: 'T1',
  carrier: 'Swift',
})
const moved = (order: Order, status: 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED', occurrence: number): Said => ({
  type: 'shipping.shipment.status-changed',
  data: { ...parcel(order), from: 'CREATED', status, reason: null },
  occurrence,
})
const cancelled = (order: Order, reason: string): Said => ({ type: 'order-cancelled', data: { ...order, reason } })
const refunded = (order: Order, reason: string): Said => ({ type: 'payment-refunded', data: { ...order, reason } })
const restored = (order: Order, reason: string): Said => ({ type: 'stock-restored', data: { ...order, reason } })

const danced = (order: Order, fate: Fate): Said[] => {
  const placed: Said = { type: 'order-created', data: order }
  const paid: Said = { type: 'payment-success', data: order }
  const reserved: Said = { type: 'stock-reserved', data: order }
  switch (fate) {
    case 'declined': {
      const reason = 'payment declined'
      return [placed, { type: 'payment-failed', data: { ...order, reason } }, cancelled(order, reason)]
    }
    case 'outOfStock': {
      const reason = 'out of stock'
      const failed: Said = { type: 'stock-failed', data: { ...order, reason } }
      return [placed, paid, failed, cancelled(order, reason), refunded(order, reason)]
    }
    case 'refused': {
      const reason = 'the carrier does not go there'
      const data = { ...parcel(order), from: null, status: 'FAILED' as const, reason }
      const failed: Said = { type: 'shipping.shipment.status-changed', data, occurrence: 1 }
      return [
        placed,
        paid,
        reserved,
        failed,
        restored(order, reason),
        cancelled(order, reason),
        refunded(order, reason),
      ]
    }
    case 'customer': {
      const reason = 'cancelled by the customer'
      return [placed, paid, cancelled(order, reason), refunded(order, reason)]
    }
    default:
      return [placed, paid, reserved, ...shipped(order, fate)]
  }
}

const shipped = (order: Order, fate: Fate): Said[] => [
  { type: 'shipping.shipment.created', data: parcel(order) },
  { type: 'order.order.completed', data: order },
  ...(fate === 'delivered'
    ? [moved(order, 'PICKED_UP', 1), moved(order, 'IN_TRANSIT', 2), moved(order, 'DELIVERED', 3)]
    : []),
]

/** Every command of an order has a number of its own. */
const sequences = { reserve: 1, charge: 2, ship: 3, refund: 4, release: 5 } as const

const replied = (
  order: Order,
  service: 'inventory' | 'payment' | 'shipping',
  command: keyof typeof sequences,
  refusal?: string,
): Said =>
  ({
    type: `${service}.saga.reply`,
    data: { ...order, command, sequence: sequences[command], outcome: refusal ? 'refused' : 'done', reason: refusal },
    occurrence: sequences[command],
  }) as Said

/** The orchestrated saga: reserve, charge, ship; what was done is undone in the opposite order. */
const conducted = (order: Order, fate: Fate): Said[] => {
  const placed: Said = { type: 'order-created', data: order }
  const reserved = replied(order, 'inventory', 'reserve')
  const released = replied(order, 'inventory', 'release')
  const paid = replied(order, 'payment', 'charge')
  const back = replied(order, 'payment', 'refund')
  switch (fate) {
    case 'outOfStock':
      return [placed, replied(order, 'inventory', 'reserve', 'out of stock'), cancelled(order, 'out of stock')]
    case 'declined':
      return [placed, reserved, replied(order, 'payment', 'charge', 'declined'), released, cancelled(order, 'declined')]
    case 'refused': {
      const refusal = replied(order, 'shipping', 'ship', 'no way')
      return [placed, reserved, paid, refusal, back, released, cancelled(order, 'no way')]
    }
    case 'customer':
      return [placed, reserved, paid, back, released, cancelled(order, 'cancelled by the customer')]
    default:
      return [placed, reserved, paid, replied(order, 'shipping', 'ship'), ...shipped(order, fate)]
  }
}

/** The records of a story, in the order in which things happened. */
export const recordsOf = (story: Story): OutgoingRecord[] => {
  const { orderId, userId, fate, orchestrated, productId = 201, quantity = 1, amount = 10, startAt = 0 } = story
  const order: Order = {
    ...{ orderId, productId, quantity, amount },
    ...(userId === undefined ? {} : { userId }),
    ...(orchestrated ? { saga: 'orchestration' as const } : {}),
  }
  const said = orchestrated ? conducted(order, fate) : danced(order, fate)
  return said.map((event, i) => {
    const { topic, key, payload } = encodeEvent(event, 'test', null, startAt + 1_000 * i)
    return { topic, key, value: payload }
  })
}

export const eventsOf = (story: Story): AnalyticsEvent[] =>
  recordsOf(story).map(({ value }) => JSON.parse(value!) as AnalyticsEvent)
