import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { passportOf } from './passport.ts'
import { RAW_BYTES } from './seen.ts'
import { createState, eventOf, letterOf } from './shop.fixture.ts'

const seen = (...args: Parameters<typeof eventOf>) => {
  const state = createState()
  return { state, seen: state.addRecord(eventOf(...args), 5_000) }
}

test('given an event, then its dot says who wrote it, for whom, about which order', () => {
  const { dot } = seen('placed', { at: 1_234 }).seen
  assert.deepEqual(
    [dot.from, dot.to, dot.orderId, dot.kind, dot.type, dot.id, dot.at, dot.seen, dot.seq],
    ['till', ['bank'], 'o-1', 'pending', 'placed', 'placed.o-1', 1_234, 5_000, 1],
  )
})

test('given an event that names its source, then a service of the map is believed and a stranger is not', () => {
  const from = (source: string) =>
    seen('placed', { value: JSON.stringify({ eventId: 'e', eventType: 'placed', source, data: { orderId: 'o' } }) })
      .seen.dot.from
  assert.deepEqual([from('depot'), from('<script>')], ['depot', 'till'])
})

for (const [what, value] of [
  ['an empty value', null],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ['text that is no JSON', 'hello'],
  ['JSON that is no object', '[1,2]'],
  ['the word null', 'null'],
] as const)
  test(`given ${what} on an event's topic, then it is drawn as a failure and carried as it is`, () => {
    const { state, seen: one } = seen('placed', { value })
    assert.equal(one.dot.kind, 'failed')
    assert.equal(one.dot.type, 'placed')
    assert.equal(one.dot.bytes, value === null ? 0 : Buffer.from(value).length)
    assert.doesNotThrow(() => JSON.stringify(passportOf(state, one)))
  })

test('given control characters and HTML in every field, then what hides is made visible and the rest stays text', () => {
  const nasty = '<img src=x onerror=alert(1)>\u0000\u001b[2J\u202e\u200b'
  const value = JSON.stringify({
    eventId: nasty,
    eventType: nasty,
    source: nasty,
    causationId: nasty,
    data: { orderId: nasty, reason: nasty },
  })
  const { state, seen: one } = seen('placed', { value, headers: { [nasty]: nasty } })
  const shown = '<img src=x onerror=alert(1)>\\u{0}\\u{1b}[2J\\u{202e}\\u{200b}'
  assert.deepEqual([one.dot.id, one.dot.type, one.dot.orderId, one.reason], [shown, shown, shown, shown])
  assert.deepEqual(one.headers, { [shown]: shown })
  assert.doesNotMatch(passportOf(state, one).raw, /[\p{Cc}\p{Cf}]/u)
})

test('given a value of a megabyte, then its first 16 KiB are kept, a copy, and a sentence says so', () => {
  const { state, seen: one } = seen('placed', {
    value: JSON.stringify({ eventId: 'e', data: { x: 'y'.repeat(1_000_000) } }),
  })
  const passport = passportOf(state, one)
  assert.equal(one.raw?.length, RAW_BYTES)
  assert.notEqual(one.raw?.buffer.byteLength, one.dot.bytes)
  assert.ok(passport.rawBytes > 1_000_000)
  assert.match(passport.problems[0] ?? '', /first 16384 are shown/)
})

test('given JSON nested deeper than can be written again, then the passport has its text alone', () => {
  const { state, seen: one } = seen('placed', { value: '{"data":'.concat('['.repeat(7_000), ']'.repeat(7_000), '}') })
  assert.doesNotThrow(() => JSON.stringify(passportOf(state, one)))
})

test('given any bytes at all, then reading them never throws', () => {
  const state = createState()
  const bytes = fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from))
  fc.assert(
    fc.property(bytes, fc.constantFrom('placed', 'placed-dlq', 'other'), (value, topic) => {
      JSON.stringify(passportOf(state, state.addRecord(eventOf(topic, { value: Buffer.from(value) }), 1)))
    }),
  )
})

test('given a dead letter, then it and what it was are joined both ways, and it is no duplicate', () => {
  const state = createState()
  const record = eventOf('paid', { orderId: 'o-9' })
  const origin = state.addRecord(record, 1)
  const letter = state.addRecord(letterOf(record), 2)
  assert.deepEqual(
    [letter.dot.kind, letter.dot.duplicate, letter.dot.from, letter.dot.orderId],
    ['failed', false, 'bank', 'o-9'],
  )
  assert.equal(passportOf(state, origin).deadLetter, letter.dot)
  assert.equal(passportOf(state, letter).origin, origin.dot)
  assert.equal(state.numbers.value.deadLetters, 0)
  state.refresh(3)
  assert.equal(state.numbers.value.deadLetters, 1)
})

test('given an event that another one caused, then each passport leads to the other', () => {
  const state = createState()
  const cause = state.addRecord(eventOf('placed'), 1)
  const effect = state.addRecord(eventOf('paid', { causationId: 'placed.o-1' }), 2)
  assert.equal(passportOf(state, effect).causedBy, cause.dot)
  assert.deepEqual(passportOf(state, cause).causes, [effect.dot])
})

test('given spans of a consumer, then a record is known to have been handled, and a further try is counted', () => {
  const state = createState()
  const { dot } = state.addRecord(eventOf('placed', { at: 900 }), 1_000)
  const work = { topic: dot.topic, partition: dot.partition, offset: dot.offset, service: 'bank', orderId: 'o-1' }
  state.addWork({ ...work, outcome: 'failed', attempt: 1, at: 1_010, startMs: 1_000, workedMs: 10 })
  state.addWork({ ...work, outcome: 'handled', attempt: 2, at: 1_220, startMs: 1_210, workedMs: 10 })
  state.refresh(2_000)
  const passport = passportOf(state, state.records.newest(1)[0]!)
  assert.deepEqual(
    passport.handlings.map(({ outcome }) => outcome),
    ['failed', 'handled'],
  )
  assert.equal(state.numbers.value.retries, 1)
  const { marks, handlings } = state.sagas.summary('o-1')!
  assert.deepEqual([marks, handlings], [['retry'], 2], 'the summary changes with each, so that a page asks again')
})
