import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancel, createDecide, type Order, type OrderEvent } from './domain.ts'

const decide = createDecide('whole')
const data = { orderId: 'o1', userId: 'u1', productId: 201, quantity: 2, amount: 20 }
const parcel = { ...data, shipmentId: 's1', trackingNumber: 'T1', carrier: 'Owl' }
const event = (eventType: OrderEvent['eventType'], over: object = {}): OrderEvent =>
  ({ eventId: `${eventType}.o1`, eventType, data: { ...data, reason: 'no stock', ...over } }) as unknown as OrderEvent
const pending: Order = { ...data, status: 'PENDING', reason: null }
const shipped = event('shipping.shipment.created', parcel)
const refused = event('shipping.shipment.status-changed', {
  ...parcel,
  from: null,
  status: 'FAILED',
  reason: 'too big',
})

test('given a pending order, when its stock is reserved, then it goes on waiting for the parcel', () => {
  assert.deepEqual(decide(event('stock-reserved'), pending), { state: pending, emit: [] })
})

test('given a pending order, when the carrier has the parcel, then it is CONFIRMED and order.order.completed names the parcel', () => {
  assert.deepEqual(decide(shipped, pending), {
    state: { ...pending, status: 'CONFIRMED' },
    emit: [{ type: 'order.order.completed', data: { ...data, shipmentId: 's1', trackingNumber: 'T1' } }],
  })
})

test('given a pending order, when the carrier refuses it, then it is CANCELLED and asks for the money to go back', () => {
  assert.deepEqual(decide(refused, pending), {
    state: { ...pending, status: 'CANCELLED', reason: 'too big' },
    emit: [
      { type: 'refund-requested', data: { ...data, reason: 'too big' } },
      { type: 'order-cancelled', data: { ...data, reason: 'too big' } },
    ],
  })
})

for (const refusal of ['payment-failed', 'stock-failed'] as const) {
  test(`given a pending order, when ${refusal} comes, then it is CANCELLED for that reason, as in the core shop`, () => {
    const { state, emit } = decide(event(refusal), pending)
    assert.deepEqual(state, { ...pending, status: 'CANCELLED', reason: 'no stock' })
    assert.deepEqual(emit, [{ type: 'order-cancelled', data: { ...data, reason: 'no stock' } }])
  })
}

for (const status of ['CREATED', 'PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'DELIVERED', 'CANCELLED'] as const) {
  test(`given an order, when its parcel is ${status}, then that changes nothing about it`, () => {
    for (const order of [pending, { ...pending, status: 'CONFIRMED' } as const]) {
      const moved = event('shipping.shipment.status-changed', { ...parcel, from: 'CREATED', status, reason: null })
      assert.deepEqual(decide(moved, order), { state: order, emit: [] })
    }
  })
}

for (const status of ['CONFIRMED', 'CANCELLED', 'NEEDS_ATTENTION'] as const) {
  test(`given an order that is ${status}, when the parcel comes late, is refused or the customer cancels, then it stays so, in silence`, () => {
    const order: Order = { ...pending, status, reason: null }
    for (const late of [shipped, refused, event('stock-failed')])
      assert.deepEqual(decide(late, order), { state: order, emit: [] })
    assert.deepEqual(cancel(order, 'too late'), { state: order, emit: [] })
  })
}

test('given an order that is orchestrated, when what choreography goes by comes, then it is passed over', () => {
  const led: Order = { ...pending, saga: 'orchestration' }
  const types = ['stock-reserved', 'payment-failed', 'stock-failed'] as const
  for (const heard of [...types.map((type) => event(type)), shipped, refused])
    assert.deepEqual(decide(heard, led), { state: led, emit: [] })
})

test('given a pending order, when a reply to a command comes though nobody leads it, then it is passed over', () => {
  for (const type of ['inventory.saga.reply', 'payment.saga.reply', 'shipping.saga.reply'] as const)
    assert.deepEqual(decide(event(type), pending), { state: pending, emit: [] })
})
