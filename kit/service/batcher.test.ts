import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatcher } from './batcher.ts'

test('given jobs submitted in one turn, when the worker is free, then they form one batch and each gets its own result', async () => {
  const batches: number[][] = []
  const batcher = createBatcher<number, number>(async (jobs) => {
    batches.push([...jobs])
    return jobs.map((job) => job * 10)
  })
  const results = await Promise.all([1, 2, 3].map((job) => batcher.submit(job)))
  assert.deepEqual(results, [10, 20, 30])
  assert.deepEqual(batches, [[1, 2, 3]])
})

test('given a batch at work, when more jobs come, then they wait together and become the next batch', async () => {
  const batches: string[][] = []
  const gate = Promise.withResolvers<void>()
  const batcher = createBatcher<string, string>(async (jobs) => {
    batches.push([...jobs])
    if (batches.length === 1) await gate.promise
    return jobs
  })
  const first = batcher.submit('a')
  while (batches.length === 0) await new Promise(setImmediate)
  const later = [batcher.submit('b'), batcher.submit('c')]
  gate.resolve()
  await Promise.all([first, ...later])
  await batcher.idle()
  assert.deepEqual(batches, [['a'], ['b', 'c']])
})

test('given a batch that fails, then each of its jobs is rejected and the next batch runs', async () => {
  const batcher = createBatcher<string, string>(async (jobs) => {
    if (jobs.includes('bad')) throw new Error('disk full')
    return jobs
  })
  await assert.rejects(batcher.submit('bad'), /disk full/)
  assert.equal(await batcher.submit('good'), 'good')
})

test('given more jobs than a batch may hold, then they are worked off in order, in batches of that size', async () => {
  const sizes: number[] = []
  const batcher = createBatcher<number, number>(async (jobs) => {
    sizes.push(jobs.length)
    return jobs
  }, 2)
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map((job) => batcher.submit(job))), [1, 2, 3, 4, 5])
  assert.deepEqual(sizes, [2, 2, 1])
})
