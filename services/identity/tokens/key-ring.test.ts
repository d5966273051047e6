import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextOf, type RingKey, ringAt } from './key-ring.ts'

const key = (number: number, signsFrom: number): RingKey => ({ number, kid: `k${number}`, signsFrom })
const keys = [key(1, 0), key(2, 1_000), key(3, 5_000)]
const at = (now: number, list = keys) => {
  const { signer, published, dead } = ringAt(list, now, 600)
  const kids = (some: readonly RingKey[]) => some.map(({ kid }) => kid)
  return [signer?.kid, kids(published), kids(dead)]
}

test('given a key and its successor, then the successor is published before it signs, and the old one until its tokens are dead', () => {
  const two = keys.slice(0, 2)
  assert.deepEqual(at(999, two), ['k1', ['k1', 'k2'], []])
  assert.deepEqual(at(1_000, two), ['k2', ['k1', 'k2'], []])
  assert.deepEqual(at(1_599, two), ['k2', ['k1', 'k2'], []])
  assert.deepEqual(at(1_600, two), ['k2', ['k2'], ['k1']])
})

test('given three keys in any order, then each has its time', () => {
  assert.deepEqual(at(2_000, [...keys].reverse()), ['k2', ['k2', 'k3'], ['k1']])
  assert.deepEqual(at(9_000), ['k3', ['k3'], ['k1', 'k2']])
})

test('given one key, then it signs even before its time: an instance whose clock is behind must sign too', () => {
  assert.deepEqual(at(50, [key(1, 100)]), ['k1', ['k1'], []])
  assert.deepEqual(at(50, []), [undefined, [], []])
})

test('given a key that is on its way, then it is the next; else there is none', () => {
  assert.equal(nextOf(keys, 4_000)?.kid, 'k3')
  assert.equal(nextOf(keys, 5_000), undefined)
})
