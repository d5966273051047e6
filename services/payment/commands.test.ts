import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecide, type PaymentEvent } from './commands.ts'
import type { Payment } from './domain.ts'

const order = { orderId: 'o1', productId: 201, quantity: 2, amount: 20, saga: 'orchestration' } as const
const asks = (command: 'charge' | 'refund', sequence: number): PaymentEvent =>
  ({ eventType: 'payment.saga.command', data: { ...order, command, sequence, reason: 'no stock' } }) as PaymentEvent
const answer = (command: string, sequence: number, rest: object) => ({
  type: 'payment.saga.reply',
  data: { ...order, command, sequence, ...rest },
  occurrence: sequence,
})
const pays = createDecide(() => false)
const declines = createDecide(() => true)
const payment = (status: Payment['status'], reason: string | null = null): Payment => ({
  ...{ orderId: 'o1', amount: 20, status, reason, order },
})
const done = { outcome: 'done' }

test('given nothing, when a charge is asked, then it is PAID and answered, and the choreography hears nothing', () => {
  assert.deepEqual(pays(asks('charge', 2), undefined), { state: payment('PAID'), emit: [answer('charge', 2, done)] })
})

test('given a charge that was done, when it is asked again, then it is answered again and done once', () => {
  const paid = payment('PAID')
  assert.deepEqual(pays(asks('charge', 3), paid), { state: paid, emit: [answer('charge', 3, done)] })
})

test('given a payment that is declined, when it is asked twice, then it is refused twice for the same reason', () => {
  const refused = { outcome: 'refused', reason: 'payment declined' }
  const first = declines(asks('charge', 2), undefined)
  assert.deepEqual(first, { state: payment('DECLINED', 'payment declined'), emit: [answer('charge', 2, refused)] })
  assert.deepEqual(pays(asks('charge', 3), first.state), { state: first.state, emit: [answer('charge', 3, refused)] })
})

test('given a paid order, when its refund is asked twice, then the money goes back once and both are answered', () => {
  const first = pays(asks('refund', 4), payment('PAID'))
  assert.deepEqual(first.state, payment('REFUNDED', 'no stock'))
  assert.deepEqual(first.emit, [
    { type: 'payment-refunded', data: { ...order, reason: 'no stock' } },
    answer('refund', 4, done),
  ])
  assert.deepEqual(pays(asks('refund', 5), first.state), { state: first.state, emit: [answer('refund', 5, done)] })
})

test('given nothing, when the refund comes before its charge, then it is done by barring the charge for good', () => {
  const barred = pays(asks('refund', 4), undefined)
  assert.deepEqual(barred, { state: payment('BARRED', 'no stock'), emit: [answer('refund', 4, done)] })
  const refused = { outcome: 'refused', reason: 'the payment is BARRED: no stock' }
  assert.deepEqual(pays(asks('charge', 2), barred.state), { state: barred.state, emit: [answer('charge', 2, refused)] })
})

for (const status of ['DECLINED', 'REFUNDED', 'BARRED'] as const) {
  test(`given a payment that is ${status}, when its refund is asked, then there is nothing left to do, and that is said`, () => {
    const state = payment(status, 'x')
    assert.deepEqual(pays(asks('refund', 4), state), { state, emit: [answer('refund', 4, done)] })
  })
}
