import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeEvent, makeOrder } from '../../cli/check/orders.ts'
import { Random } from '../../cli/check/random.ts'
import { outcomeOf, sampleHistory } from '../../cli/check/sample-history.ts'
import { checks } from './checks.ts'

const random = new Random(7)
const lines = Array.from({ length: 6 }, (_, i) => ({
  topic: 'order-created',
  event: makeEvent('order-created', makeOrder(random, { orderId: `order-${i % 3}` }), random),
}))
const record = (i: number, change = {}) => ({
  topic: 'order-created',
  partition: i % 3,
  key: String(lines[i]?.event.data.orderId),
  value: JSON.stringify(lines[i]?.event),
  ...change,
})
const exited = (name: string) => ({ name, exit: { at: 10, code: 0, signal: null } })
const processes = [exited('few'), exited('series'), exited('many')]
const ends = { 'order-created/0': 9, 'order-created/1': 9, 'order-created/2': 9 }
const outcome = (
  id: string,
  records: object[],
  more: { ends?: Record<string, number>; later?: Record<string, number>; processes?: object[] } = {},
) =>
  outcomeOf(
    checks,
    id,
    sampleHistory(
      { few: lines, series: lines, many: lines, ends: more.ends ?? ends, later: more.later ?? more.ends ?? ends },
      { records, processes: more.processes ?? processes },
    ),
  )
const all = lines.map((_, i) => record(i))

test('given every event in its place, when judged, then D1, D2 and D3 pass', () => {
  for (const id of ['D1', 'D2', 'D3']) assert.equal(outcome(id, all), 'pass')
})

test('given fields in another order and other records between them, when judged, then D1 passes', () => {
  const turned = lines.map((line, i) =>
    record(i, { value: JSON.stringify(Object.fromEntries(Object.entries(line.event).reverse()), null, 2) }),
  )
  assert.equal(outcome('D1', [{ topic: 'order-created', value: 'noise' }, ...turned]), 'pass')
})

test('given a record without a key, or with another, when judged, then D1 says which', () => {
  assert.equal(outcome('D1', [record(0, { key: null }), ...all.slice(1)]), 'producer.key-missing')
  assert.equal(outcome('D1', [record(0, { key: '"order-0"' }), ...all.slice(1)]), 'producer.key-wrong')
})

test('given an event elsewhere, changed or nowhere, when judged, then D1 says which', () => {
  assert.equal(outcome('D1', [record(0, { topic: 'stock-failed' }), ...all.slice(1)]), 'producer.wrong-topic')
  assert.equal(
    outcome('D1', [record(0, { value: JSON.stringify({ ...lines[0]?.event, timestamp: 'later' }) }), ...all.slice(1)]),
    'producer.value-changed',
  )
  assert.equal(outcome('D1', [record(1), record(2), record(4), record(5)]), 'producer.message-missing')
})

test('given an order in two partitions, or backwards, or all in one, when judged, then D2 says which', () => {
  assert.equal(
    outcome('D2', [record(0), record(1), record(2), record(3, { partition: 1 }), record(4), record(5)]),
    'producer.order-scattered',
  )
  assert.equal(outcome('D2', [record(3), record(1), record(2), record(0), record(4), record(5)]), 'producer.order-lost')
  assert.equal(
    outcome(
      'D2',
      lines.map((_, i) => record(i, { partition: 0 })),
    ),
    'producer.partitions-unused',
  )
})

test('given an event behind the end at the exit, or twice, or late, when judged, then D3 says which', () => {
  assert.equal(outcome('D3', all, { ends: { ...ends, 'order-created/1': 1 } }), 'producer.exit-before-flush')
  assert.equal(outcome('D3', [...all, record(5)]), 'producer.duplicate')
  const slow = { name: 'many', exit: { at: 20_001, code: 0, signal: null } }
  assert.equal(outcome('D3', all, { processes: [exited('few'), exited('series'), slow] }), 'producer.too-slow')
})

test('given a run that fails or never ends, when judged, then the check says so', () => {
  assert.equal(
    outcome('D1', all, { processes: [{ name: 'few', exit: { at: 1, code: 1, signal: null } }] }),
    'producer.command-failed',
  )
  assert.equal(outcome('D1', all, { processes: [{ name: 'few', ended: 'deadline' }] }), 'producer.never-ends')
})

test('given no broker, when judged, then D4 asks for a word and an exit code', () => {
  const alone = (story: object, few: object = exited('few')) =>
    outcomeOf(
      checks,
      'D4',
      sampleHistory({ address: 'localhost:1', few: lines }, { processes: [few, { name: 'alone', ...story }] }),
    )
  const line = { at: 1, stream: 'err' as const, text: 'cannot reach the broker' }
  assert.equal(alone({ exit: { at: 1, code: 1, signal: null }, lines: [line] }), 'pass')
  const warning = { ...line, text: 'Warning: no broker at localhost:1' }
  assert.equal(alone({ exit: { at: 1, code: 1, signal: null }, lines: [warning] }), 'pass')
  const noise = ['(node:7) TimeoutNegativeWarning: -1 is a negative number.', 'Timeout duration was set to 1.']
  assert.equal(
    alone({ exit: { at: 1, code: 1, signal: null }, lines: noise.map((text) => ({ ...line, text })) }),
    'producer.no-broker-silent',
  )
  assert.equal(alone({ exit: { at: 1, code: 0, signal: null }, lines: [line] }), 'producer.no-broker-unnoticed')
  assert.equal(alone({ exit: { at: 1, code: 1, signal: null } }), 'producer.no-broker-silent')
  assert.equal(alone({ ended: 'deadline', exit: { at: 1, code: null, signal: 'SIGKILL' } }), 'producer.no-broker-hangs')
  const refusal = { exit: { at: 1, code: 1, signal: null }, lines: [line] }
  assert.equal(
    alone(refusal, { name: 'few', exit: { at: 1, code: 1, signal: null } }),
    'producer.command-failed',
    'a program that always fails says nothing about the broker',
  )
  assert.equal(alone(refusal, { name: 'few', ended: 'deadline' }), 'pass', 'one that never ends had work to do')
})

test('given a commit that was acknowledged and marks that come later, when judged, then D3 passes; without marks it does not', () => {
  const early = { 'order-created/0': 0, 'order-created/1': 0, 'order-created/2': 0 }
  const marked = { 'order-created/0': 3, 'order-created/1': 3, 'order-created/2': 3 }
  assert.equal(outcome('D3', all, { ends: early, later: marked }), 'pass')
  const unmarked = { 'order-created/0': 2, 'order-created/1': 2, 'order-created/2': 2 }
  assert.equal(outcome('D3', all, { ends: early, later: unmarked }), 'producer.exit-before-flush')
})
