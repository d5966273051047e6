import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it, type TestContext } from 'node:test'
import { latencies, percentile } from './ends.ts'
import { runLoad, schedule } from './load.ts'

it('given a rate and a time, when scheduled, then the sendings are even and as many as asked for', () => {
  const times = schedule(200, 2)
  assert.equal(times.length, 400)
  assert.deepEqual([...times.slice(0, 4)], [0, 5, 10, 15])
  assert.equal(times.at(-1), 1_995)
  assert.equal(schedule(0.5, 4).length, 2)
  for (const [rate, seconds] of [
    [0, 1],
    [1, 0],
    [-1, 1],
    [Number.NaN, 1],
  ] as const) {
    assert.throws(() => schedule(rate, seconds), RangeError)
  }
})

it('given a late schedule, when computed far out, then rounding has not moved it', () => {
  const times = schedule(333, 3_600)
  assert.ok(Math.abs(times.at(-1)! - ((times.length - 1) * 1_000) / 333) < 0.001)
})

it('given sorted numbers, when a percentile is asked for, then it is one of them by nearest rank', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1)
  assert.deepEqual(
    [0.5, 0.95, 0.99, 1].map((p) => percentile(numbers, p)),
    [50, 95, 99, 100],
  )
  assert.equal(percentile([7], 0.01), 7)
  assert.equal(percentile([], 0.5), null)
})

it('given ends of some orders, when latencies are counted, then from the planned time, sorted, without the open ones', () => {
  const sent = new Map([
    ['a', 1_000],
    ['b', 1_000],
    ['c', 1_000],
  ])
  const seen = new Map([
    ['a', { at: 1_030, topic: 't' }],
    ['b', { at: 1_010, topic: 't' }],
    ['x', { at: 1, topic: 't' }],
  ])
  assert.deepEqual([...latencies(sent, seen)], [10, 30])
})

/** An order service that answers as `answer` says, counted from 0. */
async function serve(t: TestContext, answer: (n: number) => { status: number; delayMs?: number }): Promise<string> {
  let count = 0
  const server = createServer((request, response) => {
    const n = count++
    const { status, delayMs = 0 } = answer(n)
    request.resume()
    setTimeout(() => response.writeHead(status).end(JSON.stringify({ orderId: `o-${n}` })), delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const product = { productId: 201, quantity: 1, amount: 5 }

it('given a service that stalls at its first order, when loaded, then the orders behind it carry the wait', async (t) => {
  const url = await serve(t, (n) => ({ status: 202, delayMs: n === 0 ? 300 : 0 }))
  const load = await runLoad({ url, rate: 50, seconds: 0.2, product, sockets: 1 })
  assert.deepEqual([load.planned, load.sent, load.accepted], [10, 10, 10])
  // The tenth was due at 180 ms and had to wait for the only connection until 300 ms.
  assert.ok(load.answerMs.at(-1)! > 100, `${load.answerMs.at(-1)} ms`)
})

it('given refusals and a dead service, when loaded, then they are counted apart', async (t) => {
  const url = await serve(t, (n) => ({ status: n % 2 === 0 ? 202 : 503 }))
  const load = await runLoad({ url, rate: 100, seconds: 0.1, product })
  assert.deepEqual([load.accepted, load.refused, load.refusals[503], load.failed], [5, 5, 5, 0])
  const dead = await runLoad({ url: 'http://127.0.0.1:9', rate: 100, seconds: 0.05, product })
  assert.deepEqual([dead.accepted, dead.failed], [0, 5])
  assert.match(dead.failure ?? '', /ECONNREFUSED/)
})

it('given an abort, when loaded, then the sending ends and what was sent is told', async (t) => {
  const url = await serve(t, () => ({ status: 202 }))
  const load = await runLoad({ url, rate: 10, seconds: 60, product, signal: AbortSignal.timeout(150) })
  assert.ok(load.sent >= 1 && load.sent < 20)
  assert.equal(load.accepted, load.sent)
})
