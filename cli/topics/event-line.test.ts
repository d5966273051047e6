import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { createPaint } from '../terminal/paint.ts'
import { eventJson, eventLine } from './event-line.ts'

const record = (value: string | null, topic = 'order-created'): LogRecord => ({
  ...{ topic, partition: 3, offset: 12n, headers: {}, timestamp: Date.UTC(2026, 0, 1, 12, 3, 4, 123) },
  key: Buffer.from('o-1'),
  value: value === null ? null : Buffer.from(value),
})
const line = (value: string | null) => eventLine(record(value), createPaint(false))

it('given an event, when shown, then one line says when, where, which key and what data', () => {
  const value = '{"eventId":"e","eventType":"order-created","data":{"orderId":"o-1","quantity":2}}'
  assert.equal(line(value), '12:03:04.123  order-created/3 @12  key o-1  {"orderId":"o-1","quantity":2}')
})

it('given what is no event, when shown, then that is said, on one line, and never too long', () => {
  assert.match(line('{broken\n\u001b[31m'), /not an event: \{broken/)
  assert.match(line(null), /tombstone/)
  assert.match(line('[1]'), /not an event/)
  assert.match(line('{"eventType":"other","data":{}}'), /other \{\}/)
  assert.ok(line(JSON.stringify({ data: { text: 'x'.repeat(1_000) } })).length < 250)
  assert.ok(!line('a\nb').includes('\n'))
})

it('given an event, when shown to a machine, then its value is JSON and text stays text', () => {
  assert.deepEqual((eventJson(record('{"a":1}')) as { value: unknown }).value, { a: 1 })
  assert.deepEqual((eventJson(record('not json')) as { value: unknown }).value, 'not json')
  assert.deepEqual((eventJson(record(null)) as { value: unknown }).value, null)
})
