import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { FollowOrders, type Second } from './follow-orders.ts'
import { isEnded, type Story } from './story.ts'

function setUp(perSecond: number) {
  const stories: Story[] = []
  const seconds: Second[] = []
  const clock = { ms: 0 }
  const follow = new FollowOrders({
    perSecond,
    onStory: (story) => stories.push(story),
    onSecond: (second) => seconds.push(second),
    now: () => clock.ms,
  })
  const add = (topic: string, orderId: string) => follow.add(record(topic, orderId))
  return { follow, add, stories, seconds, clock }
}

function record(topic: string, orderId: string): LogRecord {
  return { topic, partition: 0, offset: 0n, key: Buffer.from(orderId), value: null, headers: {}, timestamp: 0 }
}

it('given more orders than lines, when a second is over, then those told and those counted are said', () => {
  const { follow, add, stories, seconds } = setUp(2)
  for (let i = 0; i < 5; i++)
    for (const topic of ['order-created', 'payment-success', 'stock-reserved']) add(topic, `o-${i}`)
  follow.second()
  assert.deepEqual(
    stories.map(({ orderId }) => orderId),
    ['o-0', 'o-1'],
  )
  assert.deepEqual(seconds, [{ created: 5, followed: 2, confirmed: 5, cancelled: 0 }])
  add('order-created', 'o-9')
  follow.second()
  follow.second()
  assert.deepEqual(
    seconds.slice(1),
    [{ created: 1, followed: 1, confirmed: 0, cancelled: 0 }],
    'a new second has its own two',
  )
})

it('given events of an order before its first one, when that comes, then its story is whole', () => {
  const { add, stories } = setUp(10)
  for (const topic of ['stock-reserved', 'payment-success', 'order-created']) add(topic, 'o-1')
  assert.deepEqual(
    stories.map(({ steps }) => steps.length),
    [3],
  )
})

it('given an order that was told, when its events come again, then it is not told again', () => {
  const { follow, add, stories, clock } = setUp(10)
  for (const _ of [1, 2]) for (const topic of ['order-created', 'payment-success', 'stock-reserved']) add(topic, 'o-1')
  clock.ms = 60_000
  follow.second()
  assert.equal(stories.length, 1)
})

it('given an order that hangs, when ten seconds have passed, then it is told once, and again when it ends', () => {
  const { follow, add, stories, clock } = setUp(10)
  add('order-created', 'o-1')
  for (clock.ms of [9_000, 10_001, 11_000, 30_000]) follow.second()
  assert.deepEqual(
    stories.map((story) => isEnded(story)),
    [false],
  )
  add('payment-failed', 'o-1')
  add('order-cancelled', 'o-1')
  assert.deepEqual(
    stories.map((story) => isEnded(story)),
    [false, true],
  )
})

it('given an order cancelled before it was paid, when nothing more comes, then it is told after two seconds', () => {
  const { follow, add, stories, clock } = setUp(10)
  add('order-created', 'o-1')
  add('order-cancelled', 'o-1')
  follow.second()
  assert.equal(stories.length, 0, 'a payment may still be on its way')
  clock.ms = 2_001
  follow.second()
  follow.second()
  assert.equal(stories.length, 1)
})
