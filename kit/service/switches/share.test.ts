import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createShare, type Share, shareBySeed } from './share.ts'
import { createSwitchboard } from './switchboard.ts'

const numbered = Array.from({ length: 20_000 }, (_, i) => `order-${i}`)
const shareOf = (ids: readonly string[], hits: Share): number => ids.filter(hits).length / ids.length

for (const rate of [0.05, 0.3, 0.9]) {
  test(`given a rate of ${rate}, when 20,000 orders come, then about that share is hit, whatever their ids look like`, () => {
    const hits = shareBySeed(rate, 'seed')
    const random = numbered.map(() => randomUUID())
    for (const ids of [numbered, random]) assert.ok(Math.abs(shareOf(ids, hits) - rate) < 0.02, `${shareOf(ids, hits)}`)
  })
}

test('given a rate of 0 or 1, then none or all are hit', () => {
  assert.equal(shareOf(numbered, shareBySeed(0, 'seed')), 0)
  assert.equal(shareOf(numbered, shareBySeed(1, 'seed')), 1)
})

test('given the same seed, then the same orders are hit; given another, then others are', () => {
  const [first, again, other] = ['a', 'a', 'b'].map((seed) => numbered.map(shareBySeed(0.5, seed)))
  assert.deepEqual(first, again)
  const equal = first!.filter((hit, i) => hit === other![i]).length / numbered.length
  assert.ok(Math.abs(equal - 0.5) < 0.02, `${equal} of the orders share their fate`)
})

test('given a higher rate, then whoever was hit before still is', () => {
  const [low, high] = [shareBySeed(0.2, 'seed'), shareBySeed(0.4, 'seed')]
  assert.ok(numbered.every((id) => !low(id) || high(id)))
})

test('given a toggle, when it is on, then its share and seed hold; when it is off, those of the settings again', () => {
  const board = createSwitchboard(() => 0)
  const { hits, lever } = createShare(board, 'decline', 0.3, 'seed')
  const struck = () => numbered.filter(hits)
  const usual = struck()
  board.set('decline', { percent: 70, seed: 'other' })
  assert.deepEqual(struck(), numbered.filter(shareBySeed(0.7, 'other')))
  assert.deepEqual(lever.on, { percent: 70, seed: 'other' })
  board.mend('decline')
  assert.deepEqual(struck(), usual)
  assert.throws(() => board.set('decline', { percent: 101 }), /percent/)
})
