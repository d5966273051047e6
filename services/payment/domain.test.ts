import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecide, type Payment, type PaymentEvent } from './domain.ts'

const data = { orderId: 'o1', productId: 201, quantity: 2, amount: 20 }
const event = (eventType: PaymentEvent['eventType'], amount = data.amount): PaymentEvent =>
  ({ eventId: `${eventType}.o1`, eventType, data: { ...data, amount, reason: 'no stock' } }) as PaymentEvent
const pays = createDecide(() => false)
const refuses = createDecide(() => true)
const payment = (status: Payment['status'], reason: string | null = null): Payment => ({
  orderId: 'o1',
  amount: 20,
  status,
  reason,
})

test('given nothing, when an order comes whose payment is good, then it is PAID and payment-success is said', () => {
  const created = event('order-created')
  assert.deepEqual(pays(created, undefined), {
    state: payment('PAID'),
    emit: [{ type: 'payment-success', data: created.data }],
  })
})

test('given nothing, when an order comes whose payment is declined, then it is DECLINED and payment-failed says why', () => {
  const { state, emit } = refuses(event('order-created'), undefined)
  assert.deepEqual(state, payment('DECLINED', 'payment declined'))
  assert.deepEqual(emit, [{ type: 'payment-failed', data: { ...data, reason: 'payment declined' } }])
})

for (const failure of ['stock-failed', 'order-cancelled'] as const) {
  test(`given a paid order, when ${failure} comes, then what was paid goes back, whatever amount the event names`, () => {
    const { state, emit } = pays(event(failure, 999), payment('PAID'))
    assert.deepEqual(state, payment('REFUNDED', 'no stock'))
    assert.deepEqual(emit, [{ type: 'payment-refunded', data: { ...data, reason: 'no stock' } }])
  })
}

test('given nothing, when the cancellation comes before its order, then the order will never be charged', () => {
  const { state, emit } = pays(event('order-cancelled'), undefined)
  assert.deepEqual([state, emit], [payment('BARRED', 'no stock'), []])
  assert.deepEqual(pays(event('order-created'), state), { state, emit: [] })
})

test('given nothing, when stock-failed comes, then there is nothing to give back and nothing is noted', () => {
  assert.deepEqual(pays(event('stock-failed'), undefined), { state: undefined, emit: [] })
})

for (const status of ['DECLINED', 'REFUNDED', 'BARRED'] as const) {
  test(`given a payment that is ${status}, when anything comes, then it stays so and nothing is said`, () => {
    for (const type of ['order-created', 'stock-failed', 'order-cancelled'] as const)
      assert.deepEqual(pays(event(type), payment(status)), { state: payment(status), emit: [] })
  })
}

test('given a paid order, when its order comes again, then it is not charged again', () => {
  assert.deepEqual(pays(event('order-created'), payment('PAID')), { state: payment('PAID'), emit: [] })
})
