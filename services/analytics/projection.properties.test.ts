import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { consumedBy } from '../contracts/catalogue.ts'
import { type AnalyticsEvent, fold, type OrderFacts, observed, unknownOrder } from './domain.ts'
import { cancellationsOf, deliveryOf, funnelOf } from './queries.ts'
import { eventsOf, type Fate, fates, type Story } from './stories.fixture.ts'
import { addSales, type SalesSum, tallyOf } from './tally.ts'

/** All that is kept: the facts of each order, and the sums that were moved along batch by batch. */
interface Books {
  readonly facts: Map<string, OrderFacts>
  readonly counts: Map<string, number>
  readonly sales: Map<string, SalesSum>
}

const take = (books: Books, batch: readonly AnalyticsEvent[]): void => {
  const before = new Map(books.facts)
  for (const event of batch) {
    const { orderId } = event.data
    books.facts.set(orderId, fold(books.facts.get(orderId) ?? unknownOrder(orderId), event))
  }
  const changed = [...books.facts.values()].filter((after) => before.get(after.orderId) !== after)
  const { counts, sales } = tallyOf(changed.map((after) => ({ before: before.get(after.orderId), after })))
  for (const [name, change] of counts) books.counts.set(name, (books.counts.get(name) ?? 0) + change)
  for (const [key, more] of sales) books.sales.set(key, addSales(books.sales.get(key), more))
}

const booksOf = (batches: readonly (readonly AnalyticsEvent[])[]): Books => {
  const books: Books = { facts: new Map(), counts: new Map(), sales: new Map() }
  for (const batch of batches) take(books, batch)
  return books
}

const shown = ({ counts, sales }: Books) => ({
  counts: Object.fromEntries([...counts].filter(([, n]) => n !== 0).sort()),
  sales: [...sales].filter(([, { orders }]) => orders !== 0).sort(([a], [b]) => (a < b ? -1 : 1)),
})

const stories = fc.array(
  fc.record({
    fate: fc.constantFrom(...fates),
    orchestrated: fc.boolean(),
    productId: fc.constantFrom<string | number>(201, '201', 'tea'),
    quantity: fc.integer({ min: 1, max: 5 }),
    amount: fc.double({ min: 0, max: 1e6, noNaN: true }),
    startAt: fc.integer({ min: 0, max: 3 * 86_400_000 }),
  }),
  { maxLength: 12 },
)
const named = (list: readonly Omit<Story, 'orderId'>[]): Story[] => list.map((s, i) => ({ ...s, orderId: `o${i}` }))

/** Any order of the events, some of them again, cut into batches of any size. */
const deliveries = stories.chain((list) => {
  const all = named(list).flatMap(eventsOf)
  const again = fc.shuffledSubarray(all, { minLength: 0 })
  return fc.record({
    list: fc.constant(named(list)),
    straight: fc.constant(all),
    mixed: fc
      .tuple(again, fc.infiniteStream(fc.nat()))
      .map(([more, keys]) =>
        [...all, ...more].map((event) => [keys.next().value!, event] as const).sort(([a], [b]) => a - b),
      )
      .map((pairs) => pairs.map(([, event]) => event)),
    size: fc.integer({ min: 1, max: 9 }),
  })
})

const cut = (events: readonly AnalyticsEvent[], size: number): AnalyticsEvent[][] =>
  Array.from({ length: Math.ceil(events.length / size) }, (_, i) => events.slice(i * size, (i + 1) * size))

test('given the same events in any order, doubled and in any batches, then the figures are the same to the last digit', () => {
  fc.assert(
    fc.property(deliveries, ({ straight, mixed, size }) => {
      assert.deepEqual(shown(booksOf(cut(mixed, size))), shown(booksOf([straight])))
    }),
  )
})

const reasons: Readonly<Partial<Record<Fate, string>>> = {
  declined: 'payment-declined',
  outOfStock: 'out-of-stock',
  refused: 'carrier-refused',
  customer: 'customer',
}

test('given stories whose ends are known, then funnel, reasons and sales say just that', () => {
  fc.assert(
    fc.property(stories, (some) => {
      const list = named(some)
      const { counts, sales } = booksOf([list.flatMap(eventsOf)])
      const having = (...of: Fate[]): number => list.filter(({ fate }) => of.includes(fate)).length
      const funnel = funnelOf(counts)
      assert.equal(funnel.placed, list.length)
      assert.equal(funnel.confirmed, having('confirmed', 'delivered'))
      assert.equal(funnel.shipped, having('confirmed', 'delivered'))
      assert.equal(funnel.cancelled, having('declined', 'outOfStock', 'refused', 'customer'))
      assert.equal(funnel.bySaga.orchestration.placed, list.filter(({ orchestrated }) => orchestrated).length)
      const after = Object.values(funnel.cancelledAfter).reduce((sum, n) => sum + n, 0)
      assert.equal(after, funnel.cancelled)
      const told = Object.fromEntries(cancellationsOf(counts).reasons.map(({ kind, orders }) => [kind, orders]))
      for (const [fate, kind] of Object.entries(reasons)) assert.equal(told[kind], having(fate as Fate), kind)
      assert.equal(told.other, 0)
      const sold = [...sales.values()].filter(({ span }) => span === 'day')
      const units = list.filter(({ fate }) => fate === 'confirmed' || fate === 'delivered')
      assert.equal(
        sold.reduce((sum, sale) => sum + Number(sale.units), 0),
        units.reduce((sum, { quantity }) => sum + quantity!, 0),
      )
    }),
  )
})

test('given undoing that found nothing to undo, then it is no refund and no restored stock', () => {
  const [placed, , , , , released] = eventsOf({ orderId: 'o', fate: 'refused', orchestrated: true })
  const { counts } = booksOf([[placed!, released!]])
  assert.equal(funnelOf(counts).restored, 0)
})

test('given the carrier delivers after three seconds, then that is the time of delivery, to 2 %', () => {
  const { counts } = booksOf([eventsOf({ orderId: 'o', fate: 'delivered' })])
  const { p50Ms, p95Ms, delivered } = deliveryOf(counts)
  assert.deepEqual([delivered, p50Ms], [1, p95Ms])
  assert.ok(Math.abs(p50Ms! - 4_000) <= 80, `${p50Ms}`)
})

test('given nothing at all, then all figures are 0 and no time is known', () => {
  assert.deepEqual(deliveryOf(new Map()), { shipped: 0, delivered: 0, delayed: 0, p50Ms: null, p95Ms: null })
  assert.equal(funnelOf(new Map()).placed, 0)
})

test('given the catalogue, then analytics observes what is meant for it, no more and no less', () => {
  assert.deepEqual([...observed].sort(), consumedBy('analytics', 'whole').sort())
})
