import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Headers, LogRecord, OutgoingRecord } from '../kafka/bus.ts'
import { type DeadLetterReason, deadLetterTopic, readReason, toDeadLetter, toReplay } from './dead-letter.ts'

const reason: DeadLetterReason = {
  topic: 'order-created',
  partition: 2,
  offset: '17',
  group: 'payment-group',
  error: 'the bank is away',
  attempts: 4,
  at: '2026-01-01T00:00:00.000Z',
}
const letterOf = (value: Buffer | null, headers: Headers = {}): OutgoingRecord =>
  toDeadLetter({ key: Buffer.from('o1'), value, headers }, reason)
const onTopic = ({ topic, key, value, headers = {} }: OutgoingRecord): LogRecord => ({
  topic,
  partition: 0,
  offset: 5n,
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers,
  timestamp: 0,
})

test('given a record that was given up, then it lies in its dead-letter topic as it came, with the reason in the headers', () => {
  const letter = letterOf(Buffer.from('{"a":"ä"}'), { traceparent: 't' })
  assert.deepEqual([letter.topic, letter.key, letter.value], [deadLetterTopic('order-created'), 'o1', '{"a":"ä"}'])
  assert.equal(letter.headers?.traceparent, 't')
  assert.deepEqual(readReason(letter.headers ?? {}), reason)
})

test('given a dead letter, when it is replayed, then the record goes back where it came from, with its own headers alone', () => {
  const replay = toReplay(onTopic(letterOf(Buffer.from('{}'), { traceparent: 't' })))
  assert.deepEqual(replay, {
    topic: 'order-created',
    key: 'o1',
    value: '{}',
    headers: { traceparent: 't', 'replayed-from': 'order-created-dlq/0/5' },
  })
})

test('given a replayed record that fails again, then its new letter tells of its new origin', () => {
  const replay = onTopic(toReplay(onTopic(letterOf(Buffer.from('{}')))))
  const again = toDeadLetter(replay, { ...reason, offset: '99' })
  assert.equal(readReason(again.headers ?? {})?.offset, '99')
})

test('given bytes that are no text, then they are kept as base64, and nothing makes an event of them again', () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe])
  const letter = letterOf(bytes)
  assert.equal(letter.headers?.['dlq-encoding'], 'base64')
  assert.deepEqual(Buffer.from(letter.value ?? '', 'base64'), bytes)
  assert.throws(() => toReplay(onTopic(letter)), RangeError)
})

test('given a null value, then it stays null, there and back', () => {
  const letter = letterOf(null)
  assert.equal(letter.value, null)
  assert.equal(toReplay(onTopic(letter)).value, null)
})

test('given a record with a thousand headers, or a huge one, then the letter stays small and its reason is whole', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`h${i}`, 'x']))
  const { headers = {} } = letterOf(Buffer.from('{}'), { huge: 'x'.repeat(100_000), ...many })
  assert.ok(Object.keys(headers).length < 70)
  assert.ok(JSON.stringify(headers).length < 4_000)
  assert.deepEqual(readReason(headers), reason)
})

test('given a record that brings dlq headers of its own, then they do not forge the reason', () => {
  const { headers = {} } = letterOf(Buffer.from('{}'), { 'dlq-topic': 'elsewhere', 'dlq-encoding': 'base64' })
  assert.deepEqual([headers['dlq-topic'], headers['dlq-encoding']], ['order-created', undefined])
})

test('given an error as long as a book, then its beginning is kept', () => {
  const letter = toDeadLetter({ key: null, value: null, headers: {} }, { ...reason, error: 'x'.repeat(9_999) })
  assert.ok((letter.headers?.['dlq-error']?.length ?? 0) <= 500)
  assert.equal(letter.key, null)
})

test('given a record that nobody of us wrote there, then it has no reason and cannot be replayed', () => {
  const stranger = onTopic({ topic: 'order-created-dlq', key: null, value: '{}' })
  assert.equal(readReason(stranger.headers), null)
  assert.throws(() => toReplay(stranger), /order-created-dlq offset 5: no header dlq-topic/)
})
