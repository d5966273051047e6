import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecide, type InventoryEvent, newStock, type Reservation, type Shelf } from './domain.ts'

const decide = createDecide('whole')
const data = { orderId: 'o1', userId: 'u1', productId: 201, quantity: 2, amount: 20 }
const event = (eventType: InventoryEvent['eventType'], over: object = {}): InventoryEvent =>
  ({ eventId: `${eventType}.o1`, eventType, data: { ...data, ...over } }) as unknown as InventoryEvent
const parcel = {
  shipmentId: 's1',
  trackingNumber: 'T1',
  carrier: 'Owl',
  from: null,
  status: 'FAILED',
  reason: 'too big',
}
const refused = event('shipping.shipment.status-changed', parcel)
const cancelled = event('order-cancelled', { reason: 'changed my mind' })
const stock = newStock('201', 10, 3)
const reservation = (status: Reservation['status']): Reservation => ({
  orderId: 'o1',
  productId: '201',
  quantity: 2,
  status,
})
const held: Shelf = { reservation: reservation('RESERVED'), stock }
const back: Shelf = { reservation: reservation('RELEASED'), stock: { ...stock, available: 12 } }

for (const [name, cause, reason] of [
  ['the carrier refuses it', refused, 'too big'],
  ['it is cancelled', cancelled, 'changed my mind'],
] as const) {
  test(`given reserved units, when ${name}, then they go back on the shelf and stock-restored says why`, () => {
    const emit = [{ type: 'stock-restored', data: { ...data, reason } }]
    assert.deepEqual(decide(cause, held), { state: back, emit })
  })
}

test('given reserved units, when the refusal and the cancellation come, in any order, then the units go back once', () => {
  for (const [first, second] of [
    [refused, cancelled],
    [cancelled, refused],
  ] as const) {
    const once = decide(first, held)
    assert.equal(once.emit.length, 1)
    assert.deepEqual(decide(second, once.state), { state: once.state, emit: [] })
  }
})

test('given a shelf that was low, when units go back, then the level is told after them', () => {
  const low: Shelf = { ...held, stock: newStock('201', 3, 3) }
  const types = decide(refused, low).emit.map(({ type }) => type)
  assert.deepEqual(types, ['stock-restored', 'stock-level-normalized'])
})

test('given more in the event than was reserved, when it is cancelled, then what was reserved goes back', () => {
  const { state, emit } = decide(event('order-cancelled', { reason: 'r', quantity: 9 }), held)
  assert.deepEqual(state, back)
  assert.deepEqual(emit, [{ type: 'stock-restored', data: { ...data, reason: 'r' } }])
})

for (const status of ['CREATED', 'PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED', 'CANCELLED'] as const) {
  test(`given reserved units, when the parcel is ${status}, then they stay aside`, () => {
    const moved = event('shipping.shipment.status-changed', { ...parcel, status })
    assert.deepEqual(decide(moved, held), { state: held, emit: [] })
  })
}

test('given an order that was never reserved here, when its parcel is refused, then nothing happens', () => {
  const shelf: Shelf = { reservation: undefined, stock }
  assert.deepEqual(decide(refused, shelf), { state: shelf, emit: [] })
})

test('given nothing, when the cancellation comes first, then nothing will be reserved and nothing is restored', () => {
  const barred = decide(cancelled, { reservation: undefined, stock })
  assert.deepEqual(barred, { state: { reservation: reservation('BARRED'), stock }, emit: [] })
  assert.deepEqual(decide(event('payment-success'), barred.state), { state: barred.state, emit: [] })
})

test('given an order that is orchestrated, when its events come, then they are passed over: it goes by commands', () => {
  const led = { saga: 'orchestration' }
  const events = [
    event('payment-success', led),
    event('order-cancelled', { reason: 'r', ...led }),
    event('shipping.shipment.status-changed', { ...parcel, ...led }),
  ]
  for (const shelf of [held, { reservation: undefined, stock }])
    for (const heard of events) assert.deepEqual(decide(heard, shelf), { state: shelf, emit: [] })
})
