import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultRetryPolicy, isExhausted, retryDelay } from './retry-policy.ts'

test('given the default policy, then the tries come within 200, 800 and 3,200 ms, and there are three', () => {
  const longest = [1, 2, 3].map((attempts) => retryDelay(defaultRetryPolicy, attempts, () => 1))
  assert.deepEqual(longest, [200, 800, 3_200])
  assert.deepEqual(
    [1, 2, 3, 4].map((attempts) => isExhausted(defaultRetryPolicy, attempts)),
    [false, false, false, true],
  )
})

test('given any policy and any luck, then a delay lies in the upper half of its bound', () => {
  const policies = fc.record({
    retries: fc.nat(),
    firstDelayMs: fc.integer({ min: 1, max: 60_000 }),
    factor: fc.integer({ min: 1, max: 8 }),
  })
  const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 6 }), luck, (policy, attempts, random) => {
      const bound = policy.firstDelayMs * policy.factor ** (attempts - 1)
      const delay = retryDelay(policy, attempts, () => random)
      assert.ok(delay >= Math.floor(bound / 2) && delay <= bound, `${delay} of ${bound}`)
    }),
  )
})

test('given two events that failed together, then they do not come back together', () => {
  assert.notEqual(
    retryDelay(defaultRetryPolicy, 1, () => 0.1),
    retryDelay(defaultRetryPolicy, 1, () => 0.9),
  )
})

test('given a policy of no retries, then the first failure is the last', () => {
  assert.equal(isExhausted({ ...defaultRetryPolicy, retries: 0 }, 1), true)
})
