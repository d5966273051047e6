import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mendHeard } from './door.ts'

const deafFor = (times: number) => {
  let asked = 0
  const mend = async () => {
    if (++asked <= times) throw new Error('nobody answers')
    return { on: false } as never
  }
  return { mend, asked: () => asked }
}

test('given a process that just starts, when a switch of it is mended, then it is told as soon as it hears', async () => {
  const door = deafFor(2)
  await mendHeard(door, 'slow', () => true)
  assert.equal(door.asked(), 3)
})

test('given a process on its way out, when a switch of it is mended, then nobody is waited for: the switch goes along', async () => {
  const door = deafFor(Number.POSITIVE_INFINITY)
  await mendHeard(door, 'slow', () => false)
  assert.equal(door.asked(), 1)
})

test('given a process that never hears, when a switch of it is mended, then that is said once its time is over', async (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => (now += 6_000))
  await assert.rejects(
    mendHeard(deafFor(Number.POSITIVE_INFINITY), 'slow', () => true),
    /nobody answers/,
  )
})
