import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeProblem } from './envelope.ts'
import type { ProcessStory } from './history.ts'
import { firstDifference, sameJson } from './json.ts'
import { mailsOf } from './mails.ts'
import { sampleHistory, sampleRecord } from './sample-history.ts'
import { complaintOf, lastWords, lookedUp, names, passport } from './views.ts'

test('given ids that are part of other words, when looked for on a line, then only whole ones count', () => {
  assert.ok(names('Email Sent for order 7', '7'))
  assert.ok(names('{"msg":"Email Sent","orderId":"7"}', '7'))
  assert.ok(!names('Email Sent for order 17', '7'))
  assert.ok(!names('Email Sent for order 7-b', '7'))
  assert.ok(names('17 or 7', '7'))
  assert.ok(names('Email Sent for order-7', '7'))
  assert.ok(names('Email Sent for order_7!', '7'))
  assert.ok(!names('2026-11-7 Email Sent', '7'))
  assert.ok(names('Email Sent 订单5e1f7c30-9a7d-4b5e为您', '5e1f7c30-9a7d-4b5e'))
  assert.ok(names('Email Sent: order-5e1f7c30-9a7d-4b5e', '5e1f7c30-9a7d-4b5e'))
})

test('given numbers as ids, when a line also holds a quantity and an amount, then the mail is for the order', () => {
  const lines = ['Email Sent for order 3 (2 x 201, 12 EUR)', '{"msg":"Email Sent","quantity":3,"orderId":"12"}']
  const story = { name: 'notification', lines: lines.map((text) => ({ at: 1, stream: 'out' as const, text })) }
  const [process] = sampleHistory({}, { processes: [story] }).processes
  assert.ok(process)
  assert.deepEqual(Object.fromEntries(mailsOf([process], ['2', '3', '12'])), { 2: 0, 3: 1, 12: 1 })
})

test('given short and long ids on one line, when mails are counted, then the longer id has the line', () => {
  const line = (text: string) => ({ at: 1, stream: 'out' as const, text })
  const story = {
    name: 'notification',
    command: 'x',
    pid: 1,
    at: 0,
    tail: [],
    cutBytes: 0,
    acts: [],
    lines: [line('email   sent to 7f3c-long-id-1234, 1 unit'), line('EMAIL SENT 1'), line('nothing about 1')],
  }
  const counts = mailsOf([story], ['1', '7f3c-long-id-1234', 'x'])
  assert.deepEqual([...counts.values()], [1, 1, 0])
})

test('given JSON with fields in another order, when compared, then it is the same; a difference is named by its path', () => {
  assert.ok(sameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1.0 }))
  assert.equal(firstDifference({ amount: '10' }, { amount: 10 }, 'data'), 'data.amount is "10", not 10')
  assert.equal(firstDifference({}, { x: { y: 1 } }), 'x is missing')
  assert.equal(firstDifference({ x: 1, z: 2 }, { x: 1 }), 'z was not there before')
  assert.equal(firstDifference([1, 2], [1], 'list'), 'list has 2 items, not 1')
})

const now = Date.parse('2026-03-01T10:00:30.500Z')
for (const right of [
  '2026-03-01T10:00:30.500Z',
  '2026-03-01T10:00:30Z',
  '2026-03-01T10:00:30.500123456Z',
  '2026-03-01T10:00:30.500123+00:00',
  '2026-03-01T10:00:30,5Z',
  '2026-03-01T10:00Z',
  '2026-03-01t10:00:30z',
  '2026-03-01T10:00:30+0000',
]) {
  test(`given the timestamp ${right}, when judged, then it is UTC and now`, () =>
    assert.equal(timeProblem(right, now, now), undefined))
}
for (const wrong of [
  '2026-03-01T10:00:30.500+01:00',
  '2026-03-01T10:00:30',
  '2026-03-01 10:00:30Z',
  '2026-03-01T09:00:30Z',
  1_772_359_230,
  null,
  '1772359230500',
]) {
  test(`given the timestamp ${wrong}, when judged, then it is refused`, () => assert.ok(timeProblem(wrong, now, now)))
}

const noise = Array.from({ length: 20 }, (_, i) => `at work on ${39_980 + i}`)
const storyOf = (parts: Partial<ProcessStory>): ProcessStory =>
  sampleHistory({}, { processes: [parts] }).processes[0] as ProcessStory

test('given a complaint and then a flood of other lines, when the last words are told, then the complaint comes first', () => {
  const words = lastWords(storyOf({ tail: noise, errorTail: ['oops'] }))
  assert.match(words, /^; its last words: oops \| at work on 39997 \|/)
})

test('given noise on standard error and an error on standard output, when the last words are told, then the error comes first', () => {
  const tail = [...noise, 'Error: no such topic']
  assert.match(lastWords(storyOf({ tail, errorTail: noise })), /^; its last words: Error: no such topic/)
  assert.match(lastWords(storyOf({ tail })), /^; its last words: Error: no such topic$/, 'and in a history of before')
})

test('given an output that was cut, when the last words are told, then they say how much is left out', () => {
  assert.match(lastWords(storyOf({ tail: ['x'], cutBytes: 3_140_000 })), /: x … its output was cut: 3\.1 MB left out$/)
  assert.doesNotMatch(lastWords(storyOf({ tail: ['x'] })), /cut/)
})

test('given an order that was declined, when its passport is shown, then each hop has its place, key, time and group', () => {
  const data = { orderId: 'o-1' }
  const history = {
    ...sampleHistory(
      {},
      {
        records: [
          sampleRecord('order-created', data, { at: 120, partition: 2 }),
          sampleRecord('order-created', { orderId: 'o-2' }, { at: 130, partition: 2 }),
          sampleRecord('payment-failed', data, { at: 450, key: null }),
        ],
      },
    ),
    moments: [{ at: 500, what: lookedUp('my-payments', 'order-created'), detail: { 2: 1 } }],
  }
  assert.equal(
    passport(history, 'o-1', 'order-cancelled', 'never came'),
    [
      'the passport of order o-1:',
      '  ✓ order-created[2]@0       key = order id  at 0.12 s  → my-payments',
      '  ✓ payment-failed[0]@0      no key  at 0.45 s  → expected reader: order-group',
      '  ✗ order-cancelled          ← never came',
    ].join('\n'),
  )
})

test('given a service that complains, when its last complaint is asked for, then warnings of Node are not taken for one', () => {
  const line = (stream: 'out' | 'err', text: string) => ({ at: 1, stream, text })
  const lines = [
    line('err', 'part F: not written yet'),
    line('err', '(node:1) TimeoutNegativeWarning'),
    line('out', 'hello'),
  ]
  const history = sampleHistory({}, { processes: [{ name: 'payment', lines }] })
  assert.equal(complaintOf(history, 'payment'), '; payment says: part F: not written yet')
  assert.equal(complaintOf(history, 'inventory'), '')
})
