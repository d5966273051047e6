import assert from 'node:assert/strict'
import { it } from 'node:test'
import { KafkaFault, type OutgoingRecord } from './bus.ts'
import { createSendQueue, MAX_RECORDS } from './send-queue.ts'

const records = (count: number, topic = 't'): OutgoingRecord[] =>
  Array.from({ length: count }, (_, i) => ({ topic, key: null, value: String(i) }))

/** A queue whose requests are noted, and answered when the test says so. */
function heldQueue() {
  const requests: { records: readonly OutgoingRecord[]; answer: PromiseWithResolvers<void> }[] = []
  const queue = createSendQueue((sent) => {
    const answer = Promise.withResolvers<void>()
    requests.push({ records: sent, answer })
    return answer.promise
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { queue, requests, settled, sizes: () => requests.map((request) => request.records.length) }
}

it('given a request in flight, when more calls come, then they travel together in the next one', async () => {
  const { queue, requests, settled, sizes } = heldQueue()
  const first = queue.send(records(1))
  await settled()
  const rest = [queue.send(records(2)), queue.send(records(3)), queue.send([])]
  await settled()
  assert.deepEqual(sizes(), [1])
  requests[0]!.answer.resolve()
  await first
  await settled()
  assert.deepEqual(sizes(), [1, 5])
  requests[1]!.answer.resolve()
  await Promise.all(rest)
  await queue.idle()
})

it('given a call of more records than a request takes, when a part fails, then the rest is not sent and the next call is', async () => {
  const { queue, requests, settled, sizes } = heldQueue()
  const large = queue.send(records(2 * MAX_RECORDS + 5))
  const small = queue.send(records(3))
  await settled()
  requests[0]!.answer.resolve()
  await settled()
  requests[1]!.answer.reject(new KafkaFault('timeout', 'no answer', { retriable: true, indefinite: true }))
  await assert.rejects(large, { code: 'timeout' })
  await settled()
  requests[2]!.answer.resolve()
  await small
  assert.deepEqual(sizes(), [MAX_RECORDS, MAX_RECORDS, 3])
})

it('given bytes beyond a request, when records are taken, then the request ends before them, but a single large one goes', async () => {
  const { queue, requests, settled, sizes } = heldQueue()
  const large = { topic: 't', key: null, value: 'x'.repeat(600_000) }
  const sent = queue.send([large, large, { ...large, value: 'x'.repeat(2_000_000) }])
  for (const index of [0, 1, 2]) {
    await settled()
    requests[index]!.answer.resolve()
  }
  await sent
  assert.deepEqual(sizes(), [1, 1, 1])
})

it('given companions in one request, when it is refused for good, then each is tried alone', async () => {
  const requests: string[] = []
  const queue = createSendQueue(async (sent) => {
    requests.push(sent.map((record) => record.topic).join())
    if (sent.some((record) => record.topic === 'missing')) throw new KafkaFault('unknown-topic', 'no such topic')
  })
  const outcomes = await Promise.allSettled([
    queue.send(records(1, 'a')),
    queue.send(records(1, 'missing')),
    queue.send(records(1, 'b')),
  ])
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(requests, ['a,missing,b', 'a', 'missing', 'b'])
})
