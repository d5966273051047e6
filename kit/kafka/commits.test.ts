import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Offsets } from 'kafkajs'
import { createCommits } from './commits.ts'
import { until } from './scratch.ts'

const flat = (all: Offsets[]): string[][] =>
  all.map(({ topics }) =>
    topics.flatMap(({ topic, partitions }) => partitions.map((one) => `${topic}/${one.partition}@${one.offset}`)),
  )

it('given a commit in flight, when offsets are noted, then one commit of the latest follows', async () => {
  const made: Offsets[] = []
  const first = Promise.withResolvers<void>()
  const commits = createCommits(async (offsets) => {
    made.push(offsets)
    if (made.length === 1) await first.promise
  }, assert.ifError)
  commits.note('t', 0, 1n)
  commits.note('t', 0, 2n)
  commits.note('t', 1, 7n)
  commits.note('t', 0, 3n)
  first.resolve()
  await until(() => made.length === 2, 'the second commit')
  assert.deepEqual(flat(made), [['t/0@1'], ['t/0@3', 't/1@7']])
})

it('given offsets noted, when flushed, then they are committed when it resolves, also after a failure', async () => {
  const made: Offsets[] = []
  const failures: unknown[] = []
  const commits = createCommits(
    async (offsets) => {
      made.push(offsets)
      if (made.length === 1) throw new Error('generation is gone')
    },
    (error) => failures.push(error),
  )
  commits.note('t', 0, 1n)
  commits.note('t', 0, 2n)
  await commits.flush()
  assert.deepEqual(flat(made).at(-1), ['t/0@2'])
  assert.equal(failures.length, 1)
})

it('given a new assignment, when noted offsets are forgotten, then they are not committed', async () => {
  const made: Offsets[] = []
  const commits = createCommits(async (offsets) => void made.push(offsets), assert.ifError)
  commits.note('t', 0, 1n)
  commits.note('t', 0, 2n)
  commits.forget()
  await commits.flush()
  assert.deepEqual(flat(made), [['t/0@1']])
})
