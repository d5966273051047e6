import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecide, type Payment, type PaymentEvent } from './domain.ts'

const data = { orderId: 'o1', productId: 201, quantity: 2, amount: 20 }
const event = (eventType: PaymentEvent['eventType'], amount = data.amount): PaymentEvent => {
  const why = eventType === 'order-created' ? {} : { reason: 'no stock' }
  return { eventId: `${eventType}.o1`, eventType, data: { ...data, amount, ...why } } as PaymentEvent
}
const all = ['order-created', 'stock-failed', 'order-cancelled', 'refund-requested'] as const
const pays = createDecide(() => false)
const refuses = createDecide(() => true)
const payment = (status: Payment['status'], reason: string | null = null): Payment => ({
  orderId: 'o1',
  amount: 20,
  status,
  reason,
  order: data,
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

for (const failure of ['stock-failed', 'order-cancelled', 'refund-requested'] as const) {
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

for (const failure of ['stock-failed', 'refund-requested'] as const) {
  test(`given nothing, when ${failure} comes, then there is nothing to give back and nothing is noted`, () => {
    assert.deepEqual(pays(event(failure), undefined), { state: undefined, emit: [] })
  })
}

test('given a paid order, when its refund is asked for and its cancellation comes, in any order, then it is refunded once', () => {
  for (const [first, second] of [
    ['refund-requested', 'order-cancelled'],
    ['order-cancelled', 'refund-requested'],
  ] as const) {
    const once = pays(event(first), payment('PAID'))
    assert.equal(once.emit.length, 1)
    assert.deepEqual(pays(event(second), once.state), { state: once.state, emit: [] })
  }
})

test('given an order that is orchestrated, when its events come, then they are passed over: it goes by commands', () => {
  for (const type of all) {
    const led = { ...event(type), data: { ...event(type).data, saga: 'orchestration' } } as PaymentEvent
    for (const state of [undefined, payment('PAID')]) assert.deepEqual(pays(led, state), { state, emit: [] })
  }
})

for (const status of ['DECLINED', 'REFUNDED', 'BARRED'] as const) {
  test(`given a payment that is ${status}, when anything comes, then it stays so and nothing is said`, () => {
    for (const type of all) assert.deepEqual(pays(event(type), payment(status)), { state: payment(status), emit: [] })
  })
}

test('given a paid order, when its order comes again, then it is not charged again', () => {
  assert.deepEqual(pays(event('order-created'), payment('PAID')), { state: payment('PAID'), emit: [] })
})
