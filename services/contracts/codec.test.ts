import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { catalogue, eventNames } from './catalogue.ts'
import { createReader, encodeEvent, eventIdOf, keyOf, readerOf } from './codec.ts'
import { upcasters } from './upcasters.ts'

const order = { orderId: 'o1', productId: 201, quantity: 2, amount: 19.9 }
/** The lab contract's four fields and nothing else. */
const minimal = { eventId: 'e1', eventType: 'order-created', timestamp: '2026-01-01T00:00:00Z', data: order }
const read = createReader(['order-created', 'order-cancelled'])
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

test("given an envelope with the lab contract's four fields, when it is read, then ours get their defaults", () => {
  assert.deepEqual(read('order-created', bytes(minimal)), {
    ok: true,
    event: { ...minimal, version: 1, source: 'unknown', correlationId: 'o1', causationId: null },
  })
})

test('given fields that nobody here knows, when the event is read, then they are passed over', () => {
  const parsed = read('order-created', bytes({ ...minimal, mood: 'good', data: { ...order, gift: true } }))
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.event.data, order)
  assert.ok(!('mood' in parsed.event))
})

const refused: readonly (readonly [string, Buffer | null, RegExp])[] = [
  ['a null value', null, /empty value/],
  ['no bytes', Buffer.alloc(0), /empty value/],
  ['half of a JSON text', bytes('{"eventId":'), /not JSON/],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), /not JSON/],
  ['a JSON array', bytes([]), /value: .*object/],
  ['a JSON null', bytes('null'), /value: .*object/],
  ['no data', bytes({ ...minimal, data: undefined }), /data: /],
  ['an empty event id', bytes({ ...minimal, eventId: '' }), /eventId: /],
  ['a time that is none', bytes({ ...minimal, timestamp: 'yesterday' }), /timestamp: /],
  [
    'a version from the future',
    bytes({ ...minimal, version: 2 }),
    /version: 2 of order-created is unknown here \(up to 1\)/,
  ],
  ['version 0', bytes({ ...minimal, version: 0 }), /version: /],
  ['a type that is not its topic', bytes({ ...minimal, eventType: 'order-cancelled' }), /"order-cancelled" on topic/],
  ['a quantity that is a text', bytes({ ...minimal, data: { ...order, quantity: '2' } }), /data\.quantity: /],
  ['a quantity of half a unit', bytes({ ...minimal, data: { ...order, quantity: 0.5 } }), /data\.quantity: /],
  ['a price below 0', bytes({ ...minimal, data: { ...order, amount: -1 } }), /data\.amount: /],
  ['no order id', bytes({ ...minimal, data: { ...order, orderId: undefined } }), /data\.orderId: /],
  ['__proto__ in the place of data', bytes('{"__proto__":{"data":{"orderId":"o1"}}}'), /eventId: /],
]
for (const [what, value, reason] of refused) {
  test(`given ${what}, when it is read, then the reason comes back and nothing is thrown`, () => {
    const parsed = read('order-created', value)
    assert.ok(!parsed.ok)
    assert.match(parsed.reason, reason)
  })
}

test('given data with __proto__ among its fields, when it is read, then no prototype is changed', () => {
  const text = JSON.stringify(minimal).replace('"orderId"', '"__proto__":{"polluted":true},"orderId"')
  const parsed = read('order-created', bytes(text))
  assert.ok(parsed.ok)
  assert.equal(Object.getPrototypeOf(parsed.event.data), Object.prototype)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('given a topic named like a method of every object, when something is read from it, then it is refused', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.ok(!read(name, bytes({ ...minimal, eventType: name })).ok)
  }
})

test('given a type of the catalogue that this reader was not made for, then it is refused', () => {
  const parsed = read('payment-success', bytes({ ...minimal, eventType: 'payment-success' }))
  assert.ok(!parsed.ok)
  assert.match(parsed.reason, /not one of order-created, order-cancelled/)
})

/** Version 1 had a price in whole cents; version 2 has an amount. */
const types = {
  sold: { version: 2, key: 'orderId' as const, data: z.object({ orderId: z.string(), amount: z.number() }) },
}
const centsToAmount = ({ cents, ...rest }: Record<string, unknown>) => ({
  ...rest,
  amount: BigInt(cents as number) && Number(cents) / 100,
})
const readSold = readerOf(types, { sold: { 1: centsToAmount } })
const sold = (version: number, data: unknown) => bytes({ ...minimal, eventType: 'sold', version, data })

test('given an event of version 1, when version 2 is current, then its step brings it up to date', () => {
  const parsed = readSold('sold', sold(1, { orderId: 'o1', cents: 1_990 }))
  assert.ok(parsed.ok)
  assert.deepEqual([parsed.event.version, parsed.event.data], [2, { orderId: 'o1', amount: 19.9 }])
})

test('given data of version 1 over which the step trips, then the reason comes back and nothing is thrown', () => {
  const parsed = readSold('sold', sold(1, { orderId: 'o1', cents: 'many' }))
  assert.ok(!parsed.ok)
  assert.match(parsed.reason, /data: version 1 of sold cannot be brought up to date/)
})

test('given a version with no step, then the reason names the file that lacks it', () => {
  const parsed = readerOf(types, {})('sold', sold(1, { orderId: 'o1', cents: 1 }))
  assert.ok(!parsed.ok)
  assert.match(parsed.reason, /upcasters\.ts has no step for sold from version 1/)
})

test('given the catalogue, then every older version of every type has its step', () => {
  for (const name of eventNames)
    for (let version = 1; version < catalogue[name].version; version++) assert.ok(upcasters[name]?.[version], name)
})

test('given the same fact decided twice, when it is encoded, then it has the same id; another occurrence has another', () => {
  const event = { type: 'order-created', data: order } as const
  assert.equal(eventIdOf(event), 'order-created.o1')
  const ids = [1, 2].map((at) => JSON.parse(encodeEvent(event, 'order', null, at).payload ?? '').eventId)
  assert.deepEqual(ids, ['order-created.o1', 'order-created.o1'])
  const level = { type: 'stock-depleted', data: { productId: 201, available: 0, threshold: 5 } } as const
  assert.equal(eventIdOf({ ...level, occurrence: 3 }), 'stock-depleted.201.3')
  assert.equal(keyOf('stock-depleted', level.data), '201')
})

test('given a cause and a trace, when an event is encoded, then both go with it and it can be read again', () => {
  const row = encodeEvent({ type: 'order-created', data: order }, 'order', { eventId: 'c1' }, 0, '00-trace-span-01')
  assert.deepEqual(
    [row.topic, row.key, row.aggregateId, row.headers],
    ['order-created', 'o1', 'o1', { traceparent: '00-trace-span-01' }],
  )
  const parsed = read(row.topic, bytes(row.payload ?? ''))
  assert.ok(parsed.ok)
  assert.deepEqual([parsed.event.causationId, parsed.event.source, parsed.event.data], ['c1', 'order', order])
})
