import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import { createBus } from './create-bus.ts'
import type { SessionQuestion, Wanted } from './fetch-session.ts'
import { startProxy } from './proxy.fixture.ts'
import { brokersForTests, numbered, scratch, until, valuesOf } from './scratch.ts'

type Answer = { errorCode: number; sessionId: number; responses: unknown[] }
type Broker = { fetch(options: object): Promise<Answer> }

const WANTED: Wanted[] = [{ topic: 'a', partitions: [{ partition: 0, fetchOffset: '5', maxBytes: 10 }] }]
const NOTHING: Answer = { errorCode: 0, sessionId: 7, responses: [] }

/** kafkajs' own Broker over a line that gives the answers in turn and notes the requests. */
function brokerThatSays(...answers: (Answer | Error | Promise<Answer>)[]) {
  return brokerThatSpeaks(11, answers)
}

/** `version`: the highest of the fetch requests that the broker knows. */
function brokerThatSpeaks(version: number, answers: (Answer | Error | Promise<Answer>)[]) {
  createBus({ brokers: ['127.0.0.1:1'], clientId: 'c', log: () => {} }) // sees to it that the guard is there
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as { prototype: Broker }
  const asked: (SessionQuestion & { topics: Wanted[] })[] = []
  let disconnected = 0
  const broker: Broker = Object.create(prototype, {
    versions: { value: { 1: { maxVersion: version } } },
    lookupRequest: { value: () => (fields: object) => fields },
    disconnect: { value: async () => void disconnected++ },
    connectionPool: {
      value: {
        send: async (request: SessionQuestion) => {
          asked.push(request as never)
          const answer = answers.shift() ?? NOTHING
          if (answer instanceof Error) throw answer
          return answer
        },
      },
    },
  })
  const epochs = () => asked.map(({ sessionId, sessionEpoch, topics }) => [sessionId, sessionEpoch, topics.length])
  return { fetch: () => broker.fetch({ topics: WANTED }), epochs, disconnected: () => disconnected }
}

it('given nothing that changed, when it is fetched again, then the request names no partition', async () => {
  const { fetch, epochs } = brokerThatSays()
  for (let i = 0; i < 3; i++) await fetch()
  assert.deepEqual(epochs(), [
    [0, 0, 1],
    [7, 1, 0],
    [7, 2, 0],
  ])
})

it('given a broker that forgot the session, when it is asked, then it is asked again for everything, and the caller gets that answer', async () => {
  const answer = { ...NOTHING, sessionId: 8, responses: [] }
  const { fetch, epochs } = brokerThatSays(NOTHING, { ...NOTHING, errorCode: 70, sessionId: 0 }, answer)
  await fetch()
  assert.equal((await fetch()).sessionId, 8)
  await fetch()
  assert.deepEqual(epochs(), [
    [0, 0, 1],
    [7, 1, 0],
    [7, 0, 1],
    [8, 1, 0],
  ])
})

it('given a broker that refuses also the second time, when it is asked, then its error is told with its name', async () => {
  const refusal = { ...NOTHING, errorCode: 71 }
  const { fetch } = brokerThatSays(refusal, refusal)
  await assert.rejects(fetch(), { type: 'INVALID_FETCH_SESSION_EPOCH', retriable: true })
})

it('given a connection that broke, when it is fetched again, then everything is named, and kafkajs knows of the break', async () => {
  const broken = Object.assign(new Error('gone'), { name: 'KafkaJSConnectionClosedError' })
  const { fetch, epochs, disconnected } = brokerThatSays(NOTHING, broken)
  await fetch()
  await assert.rejects(fetch(), broken)
  await fetch()
  assert.deepEqual(epochs().at(-1), [7, 0, 1])
  assert.equal(disconnected(), 1)
})

it('given a fetch under way, when another begins, then neither speaks in the name of the other', async () => {
  const late = Promise.withResolvers<Answer>()
  const { fetch, epochs } = brokerThatSays(NOTHING, late.promise, { ...NOTHING, sessionId: 9 })
  await fetch()
  const first = fetch()
  await fetch()
  late.resolve(NOTHING)
  await first
  await fetch()
  assert.deepEqual(epochs(), [
    [0, 0, 1],
    [7, 1, 0],
    [0, 0, 1],
    [7, 2, 0],
  ])
})

it('given a broker too old for sessions, when it is fetched again, then each request names everything and speaks of none', async () => {
  const { fetch, epochs } = brokerThatSpeaks(6, [])
  for (let i = 0; i < 2; i++) await fetch()
  assert.deepEqual(epochs(), [
    [undefined, undefined, 1],
    [undefined, undefined, 1],
  ])
})

it('given partitions without records, when they are answered, then they end here, unless they name a nearer replica', async () => {
  const empty = { partition: 0, messages: [], preferredReadReplica: -1 }
  const full = { partition: 1, messages: [{}], preferredReadReplica: -1 }
  const nearer = { partition: 2, messages: [], preferredReadReplica: 3 }
  const { fetch } = brokerThatSays({ ...NOTHING, responses: [{ topicName: 'a', partitions: [empty, full, nearer] }] })
  assert.deepEqual((await fetch()).responses, [{ topicName: 'a', partitions: [full, nearer] }])
})

it('given a consumer of forty partitions on a real broker, when most have nothing new, then what it sends is small and nothing is missed', async (t) => {
  const proxy = await startProxy(brokersForTests()[0]!)
  const { topic, consume, bus } = scratch(t, createBus, { brokers: [proxy.address] })
  t.after(() => proxy.close())
  const names = await Promise.all(Array.from({ length: 4 }, () => topic(10)))
  const { seen, pause, resume } = await consume({ topics: names, maxWaitMs: 20 })
  const { requests, bytes } = proxy.sent()
  await until(() => proxy.sent().requests > requests + 50, 'fifty requests')
  const now = proxy.sent()
  assert.ok((now.bytes - bytes) / (now.requests - requests) < 200, 'bytes a request; all partitions alone are 2,000')
  for (const [round, name] of names.entries()) {
    pause(names.slice(0, 2))
    await bus.send(numbered(name, 25, null, round * 25))
    resume(names.slice(0, 2))
    await until(() => seen.length === (round + 1) * 25, `the records of round ${round}`)
  }
  assert.deepEqual(
    valuesOf(seen).toSorted(),
    valuesOf(seen)
      .toSorted()
      .filter((one, i, all) => one !== all[i - 1]),
  )
})
