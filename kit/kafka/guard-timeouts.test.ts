import { createRequire } from 'node:module'
import { it } from 'node:test'
import { lookForTimeoutsLessOften, type TimedQueue } from './guard-timeouts.ts'
import { until } from './scratch.ts'

lookForTimeoutsLessOften()
const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: object) => TimedQueue

for (const [words, sentAt] of [
  ['long ago', -60_000],
  ['in what the clock calls the future', 3_600_000],
] as const) {
  it(`given a request sent ${words}, when no answer comes, then it times out`, async (t) => {
    const queue = new Queue({
      requestTimeout: 200,
      enforceRequestTimeout: true,
      clientId: 'c',
      broker: 'b',
      logger: {},
    })
    t.after(() => queue.destroy())
    let timedOut = 0
    const timeoutRequest = (): void => {
      timedOut++
      queue.inflight.clear()
    }
    queue.inflight.set(1, { sentAt: Date.now() + sentAt, requestTimeout: 200, timeoutRequest })
    queue.scheduleRequestTimeoutCheck()
    await until(() => timedOut === 1, 'the timeout', 2_000)
  })
}
