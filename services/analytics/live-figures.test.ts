import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMostOnceIn, changesOf } from './live-figures.ts'

test('given many who ask, when a value is read at most once in a second, then one reading serves all, and later a new one', async () => {
  let time = 0
  let reads = 0
  const ask = atMostOnceIn(
    1_000,
    () => time,
    async () => ++reads,
  )
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1])
  time = 1_000
  assert.equal(await ask(), 2)
})

test('given a value that stays and then changes, and a database that fails once, then only what is new is sent', async () => {
  const answers = [1, 1, new Error('away'), 1, 2]
  const read = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    return answer
  }
  const events = changesOf('figures', 1, read)[Symbol.asyncIterator]()
  assert.deepEqual(await events.next(), { done: false, value: { event: 'figures', data: 1 } })
  assert.deepEqual(await events.next(), { done: false, value: { event: 'figures', data: 2 } })
})

test('given a listener who leaves while nothing changes, then the waiting ends and nothing is read any more', async () => {
  let reads = 0
  const events = changesOf('figures', 60_000, async () => {
    reads += 1
    return 1
  })[Symbol.asyncIterator]()
  await events.next()
  const waiting = events.next()
  await events.return?.()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  assert.equal(reads, 1)
})
