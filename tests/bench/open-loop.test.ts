import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { CONNECTIONS, runOpenLoop } from './open-loop.ts'

/** A shop that hangs up on customers who are silent for 50 ms. */
async function shop(t: TestContext, answer: (order: number) => Promise<unknown>) {
  let orders = 0
  const server = createServer({ keepAliveTimeout: 50, keepAliveTimeoutBuffer: 0 }, async (request, response) => {
    request.resume()
    const order = orders++
    await answer(order)
    const body = `{"orderId":"order-${order}"}`
    response.writeHead(202, { 'content-length': body.length }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/orders`
}

test('given a server that hangs up on silent connections, when a burst needs them later, then every order is sent and answered', async (t) => {
  const gate = Promise.withResolvers<void>()
  const QUIET = 100
  // A few connections do the first orders; then all answers are late, and the others are needed.
  const url = await shop(t, async (order) => {
    if (order < QUIET) return
    if (order === QUIET + CONNECTIONS - 1) gate.resolve()
    await gate.promise
  })
  const sent = await runOpenLoop({ url, rate: 500, seconds: 0.5, body: () => ({}) })
  assert.equal(sent.length, 250)
  assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([202]))
})
