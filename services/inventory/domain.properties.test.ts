import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decide,
  type InventoryEmission,
  type InventoryEvent,
  newStock,
  type Reservation,
  type Stock,
  setAvailable,
} from './domain.ts'

/** A few orders of one product; their events come in any order and as often as they like. Every quantity is the order's own. */
const arrivals = fc.array(fc.record({ order: fc.nat({ max: 7 }), paid: fc.boolean() }), { maxLength: 60 })
const shelf = fc.record({ units: fc.nat({ max: 20 }), threshold: fc.nat({ max: 8 }) })

const eventOf = ({ order, paid }: { order: number; paid: boolean }): InventoryEvent => {
  const data = { orderId: `o${order}`, productId: 201, quantity: 1 + (order % 4), amount: 10, reason: 'r' }
  return { eventId: 'e', eventType: paid ? 'payment-success' : 'order-cancelled', data } as unknown as InventoryEvent
}

interface Step {
  readonly stock: Stock
  readonly emit: readonly InventoryEmission[]
  readonly reservations: ReadonlyMap<string, Reservation>
}

const run = (start: Stock, events: readonly InventoryEvent[]): Step[] => {
  let stock = start
  const reservations = new Map<string, Reservation>()
  return events.map((event) => {
    const { state, emit } = decide(event, { reservation: reservations.get(event.data.orderId), stock })
    stock = state.stock!
    reservations.set(event.data.orderId, state.reservation!)
    return { stock, emit, reservations: new Map(reservations) }
  })
}

const held = (reservations: ReadonlyMap<string, Reservation>): number =>
  [...reservations.values()].reduce((sum, { status, quantity }) => sum + (status === 'RESERVED' ? quantity : 0), 0)

test('given any events in any order, then available is never below 0, and available and reserved are what was there', () => {
  fc.assert(
    fc.property(arrivals, shelf, (list, { units, threshold }) => {
      for (const { stock, reservations } of run(newStock('201', units, threshold), list.map(eventOf))) {
        assert.ok(stock.available >= 0)
        assert.equal(stock.available + held(reservations), units)
      }
    }),
  )
})

test('given any events, then an order is answered at most once: reserved or failed', () => {
  fc.assert(
    fc.property(arrivals, shelf, (list, { units, threshold }) => {
      const answered = run(newStock('201', units, threshold), list.map(eventOf)).flatMap(({ emit }) =>
        emit.flatMap(({ type, data }) => (type === 'stock-reserved' || type === 'stock-failed' ? [data.orderId] : [])),
      )
      assert.equal(new Set(answered).size, answered.length)
    }),
  )
})

const isLow = ({ available, threshold }: Stock): boolean => available <= threshold

test('given any levels and thresholds, then each crossing is said once, with an occurrence of its own', () => {
  const change = fc.record({ available: fc.nat({ max: 9 }), threshold: fc.nat({ max: 5 }) })
  fc.assert(
    fc.property(shelf, fc.array(change, { maxLength: 40 }), ({ units, threshold }, changes) => {
      let stock = newStock('201', units, threshold)
      const occurrences: (number | undefined)[] = []
      for (const { available, threshold: limit } of changes) {
        const { state, emit } = setAvailable(stock, available, limit)
        const types = emit.map(({ type }) => type)
        const becameLow = isLow(state) || state.available === 0
        const wasLow = stock.level !== 'NORMAL'
        assert.equal(types.includes('stock-level-warning'), becameLow && !wasLow)
        assert.equal(types.includes('stock-level-normalized'), wasLow && !becameLow)
        assert.equal(types.includes('stock-depleted'), state.available === 0 && stock.level !== 'DEPLETED')
        occurrences.push(...emit.map(({ occurrence }) => occurrence))
        stock = state
      }
      assert.deepEqual(
        occurrences,
        occurrences.map((_, i) => i + 1),
      )
    }),
  )
})
