import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cancel, createDecide, evolve, type Order, type OrderEvent, place } from './domain.ts'
import { type Entry, entriesOf, foldStream, type Line, type Stream } from './stream.ts'

const data = { orderId: 'o1', userId: 'u1', productId: 201, quantity: 2, amount: 20 }
const pending = place(data).state
const line = (eventId: string, type = eventId): Line => ({ eventId, type, payload: '{}' })
const start = foldStream(
  entriesOf(undefined, { after: pending, lines: [line('order-created.o1', 'order-created')] }, 5),
)!

test('given a decision that heard one event and said two, then the last of its entries carries what it made of the order', () => {
  const after: Order = { ...pending, status: 'CANCELLED', reason: 'too big' }
  const lines = [line('shipment'), line('refund-requested.o1'), line('order-cancelled.o1')]
  const entries = entriesOf(start, { after, lines }, 9)
  assert.deepEqual(
    entries.map(({ version, fact }) => [version, fact.kind]),
    [
      [2, 'heard'],
      [3, 'heard'],
      [4, 'moved'],
    ],
  )
  const { order, version, changedIn, createdAt, updatedAt } = foldStream(entries, start)!
  assert.deepEqual([order, version, changedIn, createdAt, updatedAt], [after, 4, 4, 5, 9])
})

test('given an order that is placed and says two things at once, as one that is led does, then its stream begins with its placing', () => {
  const lines = [line('order-created.o1', 'order-created'), line('inventory.saga.command.o1.1')]
  const entries = entriesOf(undefined, { after: pending, lines }, 5)
  assert.deepEqual(
    entries.map(({ version, fact }) => [version, fact.kind]),
    [
      [1, 'placed'],
      [2, 'heard'],
    ],
  )
  assert.deepEqual(foldStream(entries)?.order, pending)
})

test('given an event that is in the stream, when it comes again and changes nothing, then it is not kept twice', () => {
  assert.deepEqual(entriesOf(start, { after: pending, lines: [line('order-created.o1')] }, 9), [])
})

test('given a change without any event, then a line of its own says what the order became', () => {
  const after: Order = { ...pending, status: 'NEEDS_ATTENTION', reason: 'no answer' }
  const [entry, ...none] = entriesOf(start, { after, lines: [] }, 9)
  assert.deepEqual([entry?.type, none], ['order.status.changed', []])
  const { eventId, eventType, data } = JSON.parse(entry!.payload)
  assert.deepEqual([eventId, eventType], ['order.status.changed.o1.2', 'order.status.changed'])
  assert.deepEqual(data, { orderId: 'o1', status: 'NEEDS_ATTENTION', reason: 'no answer' })
})

test('given a stream that does not begin with its placing, when it is read, then it is refused as damaged', () => {
  assert.throws(() => evolve(undefined, { kind: 'heard' }), /moved before it was placed/)
})

const types: readonly OrderEvent['eventType'][] = [
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'payment-refunded',
  'shipping.shipment.created',
  'shipping.shipment.status-changed',
]
const heard = fc.record({ type: fc.constantFrom(...types), by: fc.constantFrom('event', 'customer') })

test('given any events and any cancelling, then the fold of the stream is the order that was decided, from wherever it is folded', () => {
  fc.assert(
    fc.property(fc.constantFrom('core', 'whole'), fc.array(heard, { maxLength: 15 }), fc.nat(), (size, steps, cut) => {
      const decide = createDecide(size)
      const kept: Entry[] = entriesOf(
        undefined,
        { after: pending, lines: [line('order-created.o1', 'order-created')] },
        0,
      )
      let stream: Stream = foldStream(kept)!
      let live: Order = pending
      steps.forEach(({ type, by }, at) => {
        const event = { eventId: `${type}.o1`, eventType: type, data: { ...data, reason: 'r', status: 'FAILED' } }
        const { state, emit } = by === 'customer' ? cancel(live, 'r') : decide(event as unknown as OrderEvent, live)
        live = state ?? live
        const said = emit.map((one) => line(`${one.type}.o1`, one.type))
        const entries = entriesOf(
          stream,
          { after: live, lines: by === 'event' ? [line(event.eventId), ...said] : said },
          at,
        )
        kept.push(...entries)
        stream = foldStream(entries, stream)!
      })
      assert.deepEqual(stream.order, live)
      assert.deepEqual(foldStream(kept), stream)
      const at = cut % kept.length
      assert.deepEqual(foldStream(kept.slice(at), foldStream(kept.slice(0, at))), stream)
      assert.deepEqual(
        kept.map(({ version }) => version),
        kept.map((_, i) => i + 1),
      )
    }),
  )
})
