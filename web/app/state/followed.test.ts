import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followed, type Held, holdNewest } from './followed.ts'
import { HOME } from './url.ts'

const first: Held = { orderId: 'first', since: 1_000 }

test('given no order yet, when the first one comes, then it is shown at once; when the world is empty again, then none is', () => {
  assert.deepEqual(holdNewest({ orderId: null, since: 0 }, 'first', true, 1_000), first)
  assert.deepEqual(holdNewest(first, null, true, 1_100), { orderId: null, since: 1_100 })
})

test('given an order that is shown, when newer ones come, then it stays for four seconds, and the newest is next', () => {
  assert.equal(holdNewest(first, 'second', true, 1_100), first)
  assert.equal(holdNewest(first, 'third', true, 4_999), first)
  assert.deepEqual(holdNewest(first, 'third', true, 5_000), { orderId: 'third', since: 5_000 })
})

test('given what was recorded, when somebody steps through it, then the newest is shown at once', () => {
  assert.deepEqual(holdNewest(first, 'second', false, 1_100), { orderId: 'second', since: 1_100 })
})

test('given an order that was chosen, then that is followed, whatever is held', () => {
  assert.equal(followed({ url: { ...HOME, order: 'chosen' }, held: 'held' }), 'chosen')
  assert.equal(followed({ url: HOME, held: 'held' }), 'held')
})
