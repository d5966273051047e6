import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortId, span, visible } from './words.ts'

test('given milliseconds, then they are said in the unit that fits', () => {
  assert.deepEqual([0.4, 840, 1_240, 12_400, 180_000, null].map(span), [
    '0 ms',
    '840 ms',
    '1.2 s',
    '12 s',
    '3 min',
    '–',
  ])
})

test('given a long id, then its end is shown; a short one is shown whole', () => {
  assert.equal(shortId('3f1c2a4e-0000-4000-8000-00000000beef'), '…00beef')
  assert.equal(shortId('order-17'), 'order-17')
  assert.equal(shortId(null), '–')
})

test('given control and bidi characters, then they are written out', () => {
  assert.equal(visible('a\u0000b\u001b[31m\u202ec\nd'), 'a\\u{0}b\\u{1b}[31m\\u{202e}c\nd')
})
