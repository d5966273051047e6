import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('given several who ask, when each gives the turn back, then they come in the order of asking, one at a time', async () => {
  const turns = new Turns(10_000)
  const order: string[] = []
  const visit = async (name: string) => {
    await turns.take()
    order.push(`${name} in`)
    await Promise.resolve()
    order.push(`${name} out`)
    turns.give()
  }
  await Promise.all(['a', 'b', 'c'].map(visit))
  assert.deepEqual(order, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
})

test('given a turn that is never given back, when another waits for it, then it is told why, and the next in line still comes to its turn', async () => {
  const turns = new Turns(20)
  await turns.take()
  await assert.rejects(turns.take(), /open for 20 ms/)
  const next = turns.take()
  turns.give()
  await next
})
