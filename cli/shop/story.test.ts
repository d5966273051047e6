import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { createPaint } from '../terminal/paint.ts'
import { addStep, beginStory, isComplete, isEnded, type Story, shortId, tellStory } from './story.ts'

const orderId = '01a1fccb-35e8-74e6-b2db-82cf873d4277'

function event(topic: string, at: number, reason?: string): LogRecord {
  const value = Buffer.from(JSON.stringify({ eventType: topic, data: { orderId, reason } }))
  return { topic, partition: 0, offset: 0n, key: Buffer.from(orderId), value, headers: {}, timestamp: at }
}

function story(...events: readonly LogRecord[]): Story {
  const [first, ...rest] = events
  return rest.reduce(addStep, beginStory(first!))
}

const told = (of: Story, status = 'CONFIRMED', mailAt: number | null = 1_009) =>
  tellStory(of, { status, mailAt }, createPaint(false))

it('given an order that went well, when told, then each hop has its milliseconds', () => {
  const well = story(event('order-created', 1_000), event('payment-success', 1_004), event('stock-reserved', 1_007))
  assert.equal(isComplete(well), true)
  assert.equal(told(well), '✓ order …3d4277  created → paid 4 ms → reserved 7 ms → confirmed, mail 9 ms')
})

it('given a declined payment, when told, then it is cancelled with its reason', () => {
  const declined = story(
    event('order-created', 1_000),
    event('payment-failed', 1_003, 'payment declined'),
    event('order-cancelled', 1_006, 'payment declined'),
  )
  assert.equal(isComplete(declined), true)
  assert.equal(
    told(declined, 'CANCELLED'),
    '✗ order …3d4277  created → payment declined 3 ms → cancelled 6 ms (payment declined), mail 9 ms',
  )
})

it('given an order out of stock, when the refund has not come, then the story waits for it', () => {
  const cancelled = story(
    event('order-created', 1_000),
    event('payment-success', 1_001),
    event('stock-failed', 1_002, 'not enough'),
    event('order-cancelled', 1_005, 'not enough'),
  )
  assert.deepEqual([isEnded(cancelled), isComplete(cancelled)], [true, false])
  const refunded = addStep(cancelled, event('payment-refunded', 1_005, 'not enough'))
  assert.equal(isComplete(refunded), true)
  assert.match(
    told(refunded, 'CANCELLED'),
    /paid 1 ms → out of stock 2 ms → refunded 5 ms → cancelled 5 ms \(not enough\)/,
  )
})

it('given events that were heard out of order or twice, when told, then in the order of their cause, each once', () => {
  const heard = story(event('order-created', 1_000), event('stock-reserved', 1_002), event('payment-success', 1_002))
  assert.equal(isComplete(heard), true)
  assert.match(told(heard), /created → paid 2 ms → reserved 2 ms/)
  assert.equal(addStep(heard, event('stock-reserved', 2_000)), heard)
})

it('given an order that hangs, when told, then it says what it waits behind', () => {
  const hanging = story(event('order-created', 1_000), event('payment-success', 1_004))
  assert.equal(
    tellStory(hanging, null, createPaint(false)),
    '… order …3d4277  created → paid 4 ms → still waiting for the next step',
  )
})

it('given no mail in time, when told, then that is said; a broken event tells no reason', () => {
  const well = story(event('order-created', 0), event('payment-success', 1), event('stock-reserved', 2))
  assert.match(told(well, 'CONFIRMED', null), /no mail yet/)
  const broken = { ...event('order-cancelled', 3), value: Buffer.from('{') }
  assert.equal(addStep(well, broken).reason, null)
  assert.equal(shortId('o-1'), 'o-1')
})
