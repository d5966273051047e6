import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReplayOutcome } from '../../hub/protocol.ts'
import { ApiError, createApi } from './api.ts'

const letter = { topic: 'placed-dlq', partition: 0, offset: '7' }
const lineOf = (offset: string) => JSON.stringify({ ...letter, offset, outcome: 'handled', words: '✓' })

/** An answer that comes as the test lets it. */
function answering() {
  let lines: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      lines = controller
    },
  })
  const say = (text: string) => lines?.enqueue(new TextEncoder().encode(text))
  return { say, lines: () => lines!, api: createApi({ token: 't', fetch: async () => new Response(body) }) }
}

test('given letters that are replayed slowly, then each outcome is told as it comes, wherever the answer was cut', async () => {
  const { api, say, lines } = answering()
  const seen: string[] = []
  let heard = () => {}
  const next = () => new Promise<void>((resolve) => (heard = resolve))
  const first = next()
  const all = api.replay({ letters: [letter] }, ({ offset }: ReplayOutcome) => {
    seen.push(offset)
    heard()
  })
  say(`${lineOf('7')}\n${lineOf('8').slice(0, 20)}`)
  await first
  assert.deepEqual(seen, ['7'])
  say(`${lineOf('8').slice(20)}\n`)
  lines().close()
  await all
  assert.deepEqual(seen, ['7', '8'])
})

test('given a hub that breaks off, then that is told, beside what was known', async () => {
  const { api, say, lines } = answering()
  const seen: string[] = []
  const all = api.replay({ letters: [letter] }, ({ offset }) => {
    seen.push(offset)
    lines().error(new Error('gone'))
  })
  say(`${lineOf('7')}\n`)
  await assert.rejects(all, (error) => error instanceof ApiError && error.message.includes('broke off'))
  assert.deepEqual(seen, ['7'])
})
