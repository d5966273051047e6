import type { DataOf } from '../../contracts/catalogue.ts'
import type { TellingEvent } from '../domain.ts'

const order = { orderId: 'o-1', userId: 'u-1', productId: 201, quantity: 2, amount: 20 }
const shipment = { ...order, shipmentId: 's-1', trackingNumber: 'T-1', carrier: 'Parcel & Sons' }
const level = { productId: 201, available: 3, threshold: 10 }
const user: DataOf<'identity.user.created'> = {
  userId: 'u-1',
  role: 'customer',
  preferences: { channels: ['sms', 'push'], quietHours: null },
  personal: { keyId: 'k-1', iv: 'aa', tag: 'bb', text: 'cc' },
  revision: 1,
}

/** For the tests: good data of every event that this service hears in the whole shop. */
const samples: { readonly [N in TellingEvent['eventType']]: DataOf<N> } = {
  'order.order.completed': { ...order, shipmentId: 's-1', trackingNumber: 'T-1' },
  'order-cancelled': { ...order, reason: 'no stock' },
  'shipping.shipment.status-changed': { ...shipment, from: 'PICKED_UP', status: 'IN_TRANSIT', reason: null },
  'shipping.shipment.updated': { ...shipment, deliverBy: '2026-03-04T10:00:00Z', note: 'It comes a day later.' },
  'stock-level-warning': level,
  'stock-depleted': { ...level, available: 0 },
  'stock-level-normalized': { ...level, available: 40 },
  'identity.user.created': user,
  'identity.user.updated': { ...user, revision: 2 },
  'identity.user.deactivated': { userId: 'u-1', revision: 3, forgotten: true },
}

let serial = 0

/** An event with an id of its own, and the sample's data but for `changes`. */
export const happened = (eventType: TellingEvent['eventType'], changes: object = {}): TellingEvent =>
  ({
    eventId: `${eventType}.${++serial}`,
    eventType,
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    source: 'test',
    correlationId: 'o-1',
    causationId: null,
    data: { ...samples[eventType], ...changes },
  }) as TellingEvent
