import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBus } from './create-bus.ts'
import type { RequestQueue } from './guard-spin.ts'
import { numbered, scratch, until } from './scratch.ts'

interface Queue extends RequestQueue {
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void
  inflight: Map<number, unknown>
  destroy(): void
}

function emptyQueue(maxInFlightRequests: number): Queue {
  const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: object) => Queue
  const logger = { debug: () => {} }
  return new Queue({
    maxInFlightRequests,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'c',
    broker: 'b',
    logger,
  })
}

it('given a queue with nothing to wait for, when it is checked, then no timer is armed', () => {
  const queue = emptyQueue(1)
  queue.checkPendingRequests()
  assert.equal(queue.throttleCheckTimeoutId, null)
})

it('given a throttled queue, when a request is pushed, then it goes out once the throttle is over', async () => {
  const queue = emptyQueue(5)
  queue.throttledUntil = Date.now() + 50
  let sentAt = 0
  queue.push({
    entry: { correlationId: 1 },
    expectResponse: true,
    sendRequest: () => {
      sentAt = Date.now()
    },
  })
  assert.equal(sentAt, 0)
  await until(() => sentAt > 0, 'the request is sent')
  assert.ok(sentAt >= queue.throttledUntil)
})

it('given a full queue, when room appears without an answer, then what waits is not forgotten', async () => {
  const queue = emptyQueue(1)
  const sent: number[] = []
  for (const correlationId of [1, 2]) {
    queue.push({ entry: { correlationId }, expectResponse: true, sendRequest: () => sent.push(correlationId) })
  }
  assert.deepEqual(sent, [1])
  queue.inflight.clear()
  await until(() => sent.length === 2, 'the second request')
  queue.destroy()
})

it('given an idle producer and consumer, when seconds pass, then they cost next to nothing', async (t) => {
  const { bus, topic, consume } = scratch(t, createBus)
  const name = await topic()
  const { seen } = await consume({ topics: [name], sessionTimeoutMs: 10_000, heartbeatIntervalMs: 3_000 })
  await bus.send(numbered(name, 1))
  await until(() => seen.length === 1, 'a record went through')
  const before = process.cpuUsage()
  await sleep(3_000) // the measure itself is a span of time
  const { user, system } = process.cpuUsage(before)
  const share = (user + system) / 1_000 / 3_000
  t.diagnostic(`${(100 * share).toFixed(2)} % of a core`)
  assert.ok(share < 0.02, `${(100 * share).toFixed(2)} % of a core; the spin takes 3 to 5`)
})
