import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { HubState } from '../../../web/hub/core/state.ts'
import { storyOf } from '../../../web/hub/core/story.ts'
import { createPaint } from '../../terminal/paint.ts'
import { addStep, beginStory, isComplete, isEnded, type Story, tellStory } from '../story.ts'
import { referenceModel } from './shop-model.ts'

type Data = Readonly<Record<string, unknown>>

let offset = 0n
const event = (topic: string, data: Data = {}): LogRecord => {
  const at = Number(++offset)
  const value = JSON.stringify({ eventId: `${topic}.${at}`, eventType: topic, data: { orderId: 'o-1', ...data } })
  const key = Buffer.from('o-1')
  return { topic, partition: 0, offset, key, value: Buffer.from(value), headers: {}, timestamp: at }
}

const led: Data = { saga: 'orchestration' }
const reply = (participant: string, command: string, outcome = 'done') =>
  event(`${participant}.saga.reply`, { ...led, command, outcome, sequence: 1 })
const parcel = (status: string) => event('shipping.shipment.status-changed', { status, reason: 'too heavy' })

/** The same records, as the hub and as the terminal tell them. */
function told(...records: readonly LogRecord[]) {
  const state = new HubState(referenceModel(true, 'whole'))
  for (const record of records) state.addRecord(record, 1_000)
  const [first, ...rest] = records
  const story: Story = rest.reduce(addStep, beginStory(first!))
  const drawn = storyOf(state, 'o-1')?.steps.filter(({ state }) => state !== 'not-needed')
  return {
    status: state.sagas.summary('o-1')?.status,
    sentence: state.sagas.summary('o-1')?.sentence,
    steps: drawn?.map(({ title, state }) => `${title}: ${state}`),
    kinds: state.records.newest(20).map(({ dot }) => dot.kind),
    ended: [isEnded(story, 'whole'), isComplete(story, 'whole')],
    line: tellStory(story, null, createPaint(false), 'whole'),
  }
}

const paid = [event('order-created'), event('payment-success'), event('stock-reserved')]

test('given a choreographed order, then it is confirmed when it is completed, and not when its stock is reserved', () => {
  const before = told(...paid)
  assert.deepEqual([before.status, before.ended], ['running', [false, false]])
  assert.match(before.sentence ?? '', /reserved, waiting for shipping$/)
  const after = told(...paid, event('shipping.shipment.created'), event('order.order.completed'))
  assert.deepEqual([after.status, after.ended], ['confirmed', [true, true]])
  assert.equal(after.sentence, 'created, paid, reserved, shipped, completed, confirmed')
  assert.match(
    after.line,
    /^✓ order o-1 {2}created → paid \d+ ms → reserved \d+ ms → shipped \d+ ms → completed \d+ ms$/,
  )
})

test('given a carrier that refuses, then stock and money go back before the story is complete', () => {
  const refused = [...paid, parcel('FAILED'), event('refund-requested'), event('order-cancelled')]
  const half = told(...refused)
  assert.deepEqual([half.status, half.ended], ['compensating', [true, false]])
  assert.deepEqual(half.steps?.slice(3), [
    'Carrier refused: failed',
    'Stock restored: to-come',
    'Payment refunded: to-come',
    'Order cancelled: done',
  ])
  assert.deepEqual(half.kinds.slice(-3), ['failed', 'compensating', 'compensating'])
  const whole = told(...refused, event('stock-restored'), event('payment-refunded'))
  assert.deepEqual([whole.status, whole.ended], ['cancelled', [true, true]])
  assert.match(whole.line, /refused by the carrier.*put back.*\(too heavy\)/)
})

test('given a parcel that gets further or is late, then that is no step of the saga and no failure', () => {
  const { status, kinds } = told(
    ...paid,
    event('shipping.shipment.created'),
    event('order.order.completed'),
    parcel('DELAYED'),
    parcel('DELIVERED'),
  )
  assert.equal(status, 'confirmed')
  assert.deepEqual(kinds.slice(-2), ['ok', 'ok'])
})

const asked = event('order-created', led)

test('given an orchestrated order, then its steps are the answers to its commands', () => {
  const half = told(
    asked,
    event('inventory.saga.command', { ...led, command: 'reserve' }),
    reply('inventory', 'reserve'),
  )
  assert.equal(half.sentence, 'created, reserved, waiting for payment')
  const all = told(
    asked,
    reply('inventory', 'reserve'),
    reply('payment', 'charge'),
    reply('shipping', 'ship'),
    event('order.order.completed', led),
  )
  assert.deepEqual([all.status, all.ended], ['confirmed', [true, true]])
  assert.match(all.line, /^✓ order o-1 orchestrated {2}created → reserved/)
})

test('given an orchestrated order whose card is declined, then the units go back and nothing is refunded', () => {
  const refused = [asked, reply('inventory', 'reserve'), reply('payment', 'charge', 'refused')]
  assert.equal(told(...refused).sentence, 'created, reserved, payment declined, waiting for inventory')
  const undone = told(...refused, reply('inventory', 'release'), event('order-cancelled', led))
  assert.deepEqual([undone.status, undone.ended], ['cancelled', [true, true]])
  assert.deepEqual(undone.steps, [
    'Order placed: done',
    'Stock reserved: done',
    'Payment declined: failed',
    'Stock released: done',
    'Order cancelled: done',
  ])
})

test('given an orchestrated order that waits for a person, then the line says so and why', () => {
  const story = addStep(beginStory(asked), reply('inventory', 'reserve'))
  const outcome = { status: 'NEEDS_ATTENTION', mailAt: null, reason: 'no answer to charge' }
  assert.match(tellStory(story, outcome, createPaint(false), 'whole'), /→ needs attention \(no answer to charge\)$/)
})
