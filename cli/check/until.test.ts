import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Random } from './random.ts'
import { Recorder } from './recorder.ts'
import { Shop } from './shop.ts'
import type { Starter } from './starter.ts'

function waiting(): { shop: Shop; recorder: Recorder } {
  const recorder = new Recorder('test', 1, '')
  const starter = { checkInterrupt: () => {} } as unknown as Starter
  return { recorder, shop: new Shop({ random: new Random(1), recorder, bus: {} as never, brokers: [], starter }) }
}

test('given four who ask beside each other, when each answer is something that happens, then none asks again at once because of the others', async () => {
  const { shop, recorder } = waiting()
  let asked = 0
  const asks = async () => {
    asked++
    await turn()
    recorder.changed()
    return false
  }
  const all = Array.from({ length: 4 }, (_, i) => shop.until(`answer ${i}`, asks, 500))
  assert.deepEqual(await Promise.all(all), [false, false, false, false])
  assert.ok(asked <= 4 * 12, `${asked} questions in half a second`)
  assert.ok(asked >= 4 * 3, `${asked} questions in half a second`)
})

test('given a look at what is recorded, when something happens, then it is looked at once, however often', async () => {
  const { shop, recorder } = waiting()
  let looks = 0
  const held = shop.until('twenty changes', () => ++looks > 20, 60_000)
  for (let i = 0; i < 20; i++) {
    recorder.changed()
    await turn()
  }
  assert.equal(await held, true)
})

test('given a question, when the answer changes while it rests, then it is asked again right after the rest', async () => {
  const { shop, recorder } = waiting()
  let isThere = false
  const held = shop.until('it is there', async () => isThere, 60_000)
  await turn()
  isThere = true
  recorder.changed()
  assert.equal(await held, true)
})
