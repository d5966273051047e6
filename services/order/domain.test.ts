import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancel, decide, type Order, type OrderEvent, place } from './domain.ts'

const data = { orderId: 'o1', userId: 'u1', productId: 201, quantity: 2, amount: 20 }
const event = (eventType: OrderEvent['eventType']): OrderEvent =>
  ({ eventId: `${eventType}.o1`, eventType, data: { ...data, reason: 'no stock' } }) as OrderEvent
const pending: Order = { ...data, status: 'PENDING', reason: null }
const cancelled: Order = { ...data, status: 'CANCELLED', reason: 'no stock' }
const confirmed: Order = { ...data, status: 'CONFIRMED', reason: null }

test('given nothing, when an order is placed, then it is PENDING and order-created is said', () => {
  assert.deepEqual(place(data), { state: pending, emit: [{ type: 'order-created', data }] })
})

test('given a pending order, when its stock is reserved, then it is CONFIRMED and nothing more is said', () => {
  assert.deepEqual(decide(event('stock-reserved'), pending), { state: confirmed, emit: [] })
})

for (const refusal of ['payment-failed', 'stock-failed'] as const) {
  test(`given a pending order, when ${refusal} comes, then it is CANCELLED for that reason and says so`, () => {
    const emit = [{ type: 'order-cancelled', data: { ...data, reason: 'no stock' } }]
    assert.deepEqual(decide(event(refusal), pending), { state: cancelled, emit })
  })
}

test('given a pending order, when its customer cancels, then what it tells the world holds no status', () => {
  const { state, emit } = cancel(pending, 'changed my mind')
  assert.deepEqual([state.status, state.reason], ['CANCELLED', 'changed my mind'])
  assert.deepEqual(emit, [{ type: 'order-cancelled', data: { ...data, reason: 'changed my mind' } }])
})

const types = ['payment-success', 'payment-failed', 'stock-reserved', 'stock-failed', 'payment-refunded'] as const
for (const order of [confirmed, cancelled]) {
  test(`given an order that is ${order.status}, when anything comes or it is cancelled, then it stays as it is, in silence`, () => {
    for (const type of types) assert.deepEqual(decide(event(type), order), { state: order, emit: [] })
    assert.deepEqual(cancel(order, 'too late'), { state: order, emit: [] })
  })
}

for (const type of ['payment-success', 'payment-refunded'] as const) {
  test(`given a pending order, when ${type} comes, then it goes on waiting`, () => {
    assert.deepEqual(decide(event(type), pending), { state: pending, emit: [] })
  })
}

test('given an order that nobody placed here, when its events come, then they are passed over', () => {
  for (const type of types) assert.deepEqual(decide(event(type), undefined), { state: undefined, emit: [] })
})
