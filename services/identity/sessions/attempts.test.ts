import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempts, afterOneMore, blockMs } from './attempts.ts'

test('given failures, then ten are free, and each further one doubles the wait, up to five minutes', () => {
  const waits = [1, 9, 10, 11, 12, 18, 19, 1_000].map(blockMs)
  assert.deepEqual(waits, [0, 0, 1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
})

test('given many failures, when an hour passes without one, then counting begins anew', () => {
  const before: Attempts = { failures: 30, blockedUntil: 5_000, at: 0 }
  assert.deepEqual(afterOneMore(before, 3_599_999), { failures: 31, blockedUntil: 3_899_999, at: 3_599_999 })
  assert.deepEqual(afterOneMore(before, 3_600_000), { failures: 1, blockedUntil: 0, at: 3_600_000 })
  assert.deepEqual(afterOneMore(undefined, 7), { failures: 1, blockedUntil: 0, at: 7 })
})
