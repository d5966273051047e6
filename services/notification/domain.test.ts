import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, type Mailbox, type NotificationEvent } from './domain.ts'

const data = { orderId: 'o1', userId: 'u1', productId: 201, quantity: 2, amount: 20, reason: 'no stock' }
const event = (eventType: NotificationEvent['eventType'], userId: string | undefined = 'u1'): NotificationEvent =>
  ({ eventId: `${eventType}.o1`, eventType, data: { ...data, userId } }) as NotificationEvent
const none: Mailbox = []

test('given no mail yet, when the stock is reserved, then the customer gets a confirmation that names the order', () => {
  const { state, emit } = decide(event('stock-reserved'), none)
  assert.deepEqual(state, ['confirmation'])
  assert.equal(emit.length, 1)
  assert.match(emit[0]!.text, /o1 is confirmed: 2 × product 201, 20 in all/)
})

test('given no mail yet, when the order is cancelled, then the customer hears why', () => {
  const { state, emit } = decide(event('order-cancelled'), none)
  assert.deepEqual(state, ['cancellation'])
  assert.match(emit[0]!.text, /o1 was cancelled: no stock/)
})

test('given a confirmation, when the order is cancelled after all, then the customer hears that too', () => {
  const { state, emit } = decide(event('order-cancelled'), ['confirmation'])
  assert.deepEqual([state, emit.length], [['confirmation', 'cancellation'], 1])
})

test('given a cancellation, when the confirmation comes behind it, then nobody is told what is no longer true', () => {
  assert.deepEqual(decide(event('stock-reserved'), ['cancellation']), { state: ['cancellation'], emit: [] })
})

test('given a mail of a kind, when the same kind is due again, then it is not sent again', () => {
  assert.deepEqual(decide(event('stock-reserved'), ['confirmation']), { state: ['confirmation'], emit: [] })
  assert.deepEqual(decide(event('order-cancelled'), ['cancellation']), { state: ['cancellation'], emit: [] })
})

test('given an order that names nobody, when a mail is due, then it is written all the same', () => {
  const { userId: _userId, ...anonymous } = data
  const { emit } = decide({ ...event('stock-reserved'), data: anonymous } as NotificationEvent, none)
  assert.equal(emit[0]!.userId, null)
})
