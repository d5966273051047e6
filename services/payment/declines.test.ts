import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { declineBySeed } from './declines.ts'

const numbered = Array.from({ length: 20_000 }, (_, i) => `order-${i}`)
const shareOf = (ids: readonly string[], declines: (id: string) => boolean): number =>
  ids.filter(declines).length / ids.length

for (const rate of [0.05, 0.3, 0.9]) {
  test(`given a rate of ${rate}, when 20,000 orders pay, then about that share is declined, whatever their ids look like`, () => {
    const declines = declineBySeed(rate, 'seed')
    const random = numbered.map(() => randomUUID())
    for (const ids of [numbered, random])
      assert.ok(Math.abs(shareOf(ids, declines) - rate) < 0.02, `${shareOf(ids, declines)}`)
  })
}

test('given a rate of 0 or 1, then nobody or everybody is declined', () => {
  assert.equal(shareOf(numbered, declineBySeed(0, 'seed')), 0)
  assert.equal(shareOf(numbered, declineBySeed(1, 'seed')), 1)
})

test('given the same seed, then the same orders are declined; given another, then others are', () => {
  const [first, again, other] = ['a', 'a', 'b'].map((seed) => numbered.map(declineBySeed(0.5, seed)))
  assert.deepEqual(first, again)
  const equal = first!.filter((declined, i) => declined === other![i]).length / numbered.length
  assert.ok(Math.abs(equal - 0.5) < 0.02, `${equal} of the orders share their fate`)
})

test('given a higher rate, then whoever was declined before still is', () => {
  const [low, high] = [declineBySeed(0.2, 'seed'), declineBySeed(0.4, 'seed')]
  assert.ok(numbered.every((id) => !low(id) || high(id)))
})
