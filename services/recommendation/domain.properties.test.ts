import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { consumedBy } from '../contracts/catalogue.ts'
import {
  fold,
  type History,
  kept,
  noHistory,
  observed,
  pairsOf,
  productsOf,
  type RecommendationEvent,
  scoreOf,
  windowMs,
} from './domain.ts'
import { tallyOf } from './tally.ts'

const bought = (orderId: string, productId: string, at: number): RecommendationEvent =>
  ({
    eventType: 'order.order.completed',
    timestamp: new Date(at).toISOString(),
    data: { orderId, userId: 'ann', productId, quantity: 1, amount: 1 },
  }) as RecommendationEvent
const left = (at: number, forgotten: boolean): RecommendationEvent =>
  ({
    eventType: 'identity.user.deactivated',
    timestamp: new Date(at).toISOString(),
    data: { userId: 'ann', revision: 1, forgotten },
  }) as RecommendationEvent

const time = fc.integer({ min: 0, max: 90 * 86_400_000 })
const purchase = fc.tuple(fc.nat({ max: 70 }), fc.constantFrom('tea', 'cup', 'pot', 'spoon'), time)
const event = fc.oneof(
  { weight: 20, arbitrary: purchase.map(([order, product, at]) => bought(`o${order}`, product, at)) },
  { weight: 1, arbitrary: fc.tuple(time, fc.boolean()).map(([at, forgotten]) => left(at, forgotten)) },
)
const foldAll = (events: readonly RecommendationEvent[]): History => events.reduce(fold, noHistory('ann'))

test('given the same events in any order and doubled, then the history is the same, and never longer than it may be', () => {
  const deliveries = fc
    .array(event, { maxLength: 120 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })))
  fc.assert(
    fc.property(deliveries, ([straight, mixed]) => {
      const history = foldAll(straight)
      assert.deepEqual(foldAll(mixed), history)
      assert.ok(history.purchases.length <= kept)
    }),
  )
})

test('given histories that change step by step, then the counts are what a count of the last ones gives', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const products = new Map<string, number>()
      const pairs = new Map<string, number>()
      let history: History | undefined
      for (const one of events) {
        const after = fold(history ?? noHistory('ann'), one)
        const tally = tallyOf([{ before: history, after }])
        for (const [name, change] of tally.products) products.set(name, (products.get(name) ?? 0) + change)
        for (const [name, change] of tally.pairs) pairs.set(name, (pairs.get(name) ?? 0) + change)
        history = after
      }
      const ones = (counts: Map<string, number>) => [...counts].filter(([, n]) => n !== 0).sort()
      const whole = tallyOf([{ before: undefined, after: history }])
      assert.deepEqual(ones(products), [...whole.products].sort())
      assert.deepEqual(ones(pairs), [...whole.pairs].sort())
      assert.ok(
        [...whole.products.values(), ...whole.pairs.values()].every((n) => n === 1),
        'a user counts once',
      )
    }),
  )
})

test('given two products, when they are bought within the window, then they are a pair; later than that they are none', () => {
  const at = (gap: number) => [...pairsOf(foldAll([bought('1', 'tea', 0), bought('2', 'cup', gap)]))]
  assert.deepEqual(at(windowMs), ['["cup","tea"]'])
  assert.deepEqual(at(windowMs + 1), [])
  assert.deepEqual([...pairsOf(foldAll([bought('1', 'tea', 0), bought('2', 'tea', 1)]))], [])
})

test('given a user who is gone, then nothing bought before counts; one who is forgotten for good never counts again', () => {
  const back = foldAll([bought('1', 'tea', 10), left(20, false), bought('2', 'cup', 30)])
  assert.deepEqual([...productsOf(back)], ['cup'])
  const never = foldAll([bought('2', 'cup', 30), left(20, true), bought('1', 'tea', 10), bought('3', 'pot', 99)])
  assert.deepEqual(never.purchases, [])
})

test('given buyers, then the score is 1 where they are the same people, and 0 where there is none', () => {
  assert.equal(scoreOf(4, 4, 4), 1)
  assert.equal(scoreOf(1, 4, 1), 0.5)
  assert.equal(scoreOf(0, 0, 3), 0)
})

test('given the catalogue, then recommendation observes what is meant for it, no more and no less', () => {
  assert.deepEqual([...observed].sort(), consumedBy('recommendation', 'whole').sort())
})
