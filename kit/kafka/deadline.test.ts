import assert from 'node:assert/strict'
import { it } from 'node:test'
import { withDeadline } from './deadline.ts'

it('given work in time, when awaited, then its outcome counts', async () => {
  assert.equal(await withDeadline(Promise.resolve(7), 1_000, () => 0), 7)
  await assert.rejects(
    withDeadline(Promise.reject(new Error('no')), 1_000, () => 0),
    /no/,
  )
})

it('given work that hangs, when the time is up, then the other way out is taken', async () => {
  assert.equal(await withDeadline(new Promise<number>(() => {}), 5, () => 3), 3)
  await assert.rejects(
    withDeadline(new Promise<number>(() => {}), 5, () => Promise.reject(new Error('late'))),
    /late/,
  )
})
