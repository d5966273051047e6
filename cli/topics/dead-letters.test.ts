import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { scratch } from '../../kit/kafka/scratch.ts'
import { toDeadLetter } from '../../kit/service/dead-letter.ts'
import {
  findDeadLetterTopic,
  listDeadLetterTopics,
  type Outcome,
  REPLAY_GROUP,
  readDeadLetters,
  replayAll,
  replayOne,
} from './dead-letters.ts'

/** A topic and its dead-letter topic with one letter for each value. */
async function room(t: TestContext, values: readonly (string | Buffer)[]) {
  const { bus, topic } = scratch(t, createBus)
  const origin = await topic(2)
  const dlq = `${origin}-dlq`
  await bus.createTopics([{ topic: dlq, partitions: 1 }])
  t.after(async () => {
    const cleaner = createBus({ brokers: process.env.KAFKA_BROKERS!.split(','), clientId: 'test', log: () => {} })
    await cleaner.deleteTopics([dlq])
    await cleaner.close()
  })
  const reason = {
    topic: origin,
    partition: 1,
    group: 'payment-group',
    error: 'no money',
    attempts: 4,
    at: '2026-01-01T00:00:00Z',
  }
  const letters = values.map((value, i) =>
    toDeadLetter(
      { key: Buffer.from(`key-${i}`), value: Buffer.from(value), headers: { traceparent: `trace-${i}` } },
      { ...reason, offset: String(i) },
    ),
  )
  await bus.send(letters)
  const all = async (): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    const signal = new AbortController().signal
    await replayAll(bus, dlq, { limit: 1_000, onOutcome: (outcome) => outcomes.push(outcome), signal })
    return outcomes
  }
  const arrived = async (): Promise<LogRecord[]> => {
    const records: LogRecord[] = []
    await bus.read([origin], (record) => records.push(record))
    return records
  }
  return { bus, origin, dlq, all, arrived }
}

it('given dead letters, when all are replayed, then each is published once with its key, value and own headers', async (t) => {
  const { bus, dlq, all, arrived } = await room(t, ['{"eventId":"a"}', '{"eventId":"b"}'])

  const outcomes = await all()

  assert.deepEqual(
    outcomes.map(({ offset, key, trouble }) => [offset, key, trouble]),
    [
      [0n, 'key-0', null],
      [1n, 'key-1', null],
    ],
  )
  const records = (await arrived()).map(({ key, value, headers }) => [`${key}`, `${value}`, { ...headers }] as const)
  assert.deepEqual(
    records.sort(([a], [b]) => a.localeCompare(b)),
    [
      ['key-0', '{"eventId":"a"}', { traceparent: 'trace-0', 'replayed-from': `${dlq}/0/0` }],
      ['key-1', '{"eventId":"b"}', { traceparent: 'trace-1', 'replayed-from': `${dlq}/0/1` }],
    ],
  )
  const listed = (await listDeadLetterTopics(bus)).find(({ topic }) => topic === dlq)
  assert.deepEqual(listed, { topic: dlq, kept: 2n, waiting: 0n })
})

it('given letters that were replayed, when all are replayed again, then only the new ones are', async (t) => {
  const { bus, origin, dlq, all, arrived } = await room(t, ['{"eventId":"a"}'])
  await all()
  await bus.send([
    toDeadLetter(
      { key: null, value: Buffer.from('{"eventId":"b"}'), headers: {} },
      { topic: origin, partition: 0, offset: '9', group: 'g', error: 'e', attempts: 1, at: '' },
    ),
  ])

  assert.deepEqual(
    (await readDeadLetters(bus, dlq)).map(({ replayed }) => replayed),
    [true, false],
  )
  assert.deepEqual(
    (await all()).map(({ offset }) => offset),
    [1n],
  )
  assert.equal((await arrived()).length, 2)
  assert.deepEqual(await all(), [])
})

it('given a letter of bytes that are no text, when all are replayed, then it is told of and the others go', async (t) => {
  const { all, arrived } = await room(t, [Buffer.from([0xff, 0xfe, 0x00]), '{"eventId":"b"}'])

  const outcomes = await all()

  assert.deepEqual(
    outcomes.map(({ to }) => to !== null),
    [false, true],
  )
  assert.match(outcomes[0]?.trouble ?? '', /not text/)
  assert.equal((await arrived()).length, 1)
})

it('given letters whose topic is gone, when replayed, then that is said and nothing is lost', async (t) => {
  const { bus, origin, dlq } = await room(t, ['{"eventId":"a"}'])
  await bus.deleteTopics([origin])

  const [letter] = await readDeadLetters(bus, dlq)
  const outcome = await replayOne(bus, letter!)

  assert.match(outcome.trouble ?? '', /does not exist any more/)
})

it('given one letter replayed by its offset, when it was the next, then all go on behind it', async (t) => {
  const { bus, dlq, all } = await room(t, ['{"eventId":"a"}', '{"eventId":"b"}', '{"eventId":"c"}'])
  const letters = await readDeadLetters(bus, dlq)

  await replayOne(bus, letters[2]!)
  await replayOne(bus, letters[0]!)

  assert.deepEqual(
    (await all()).map(({ offset }) => offset),
    [1n, 2n],
  )
})

it('given the name of a topic, when its dead letters are asked for, then both names mean them and a wrong one is refused', async (t) => {
  const { bus, origin, dlq } = await room(t, [])
  assert.equal(await findDeadLetterTopic(bus, origin), dlq)
  assert.equal(await findDeadLetterTopic(bus, dlq), dlq)
  await assert.rejects(findDeadLetterTopic(bus, 'no-such-topic'), { exit: 2, remedy: /lab dlq list/ })
  assert.equal(REPLAY_GROUP, 'lab-dlq-replay')
})
