import type { Bus, LogRecord } from '../../kit/kafka/bus.ts'
import { type DeadLetterReason, deadLetterTopic, readReason, toReplay } from '../../kit/service/dead-letter.ts'
import { wrongUsage } from '../command.ts'

/**
 * Commits of this group say up to where `--all` has replayed; it never has members. The broker forgets them when nothing is replayed for
 * `offsets.retention.minutes` (a week); then `--all` begins anew, which inboxes make harmless.
 */
export const REPLAY_GROUP = 'lab-dlq-replay'
const SUFFIX = deadLetterTopic('')
const AT_ONCE = 200

export interface DeadLetterTopic {
  readonly topic: string
  /** Records that the broker still keeps. */
  readonly kept: bigint
  /** Of these, how many `replay --all` would publish again. */
  readonly waiting: bigint
}

export interface DeadLetter {
  readonly record: LogRecord
  /** Null where no service of the kit wrote it. */
  readonly reason: DeadLetterReason | null
  readonly replayed: boolean
}

export interface Outcome {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: string | null
  /** Where it was published again; null where that could not be. */
  readonly to: string | null
  /** Why it could not be. */
  readonly trouble: string | null
}

/** `order-created` and `order-created-dlq` both mean the latter. Throws wrong usage where there is no such topic. */
export async function findDeadLetterTopic(bus: Bus, given: string): Promise<string> {
  const topic = given.endsWith(SUFFIX) ? given : deadLetterTopic(given)
  const [found] = await bus.topics([topic])
  if (found !== undefined) return topic
  throw wrongUsage(`There is no topic ${topic}.`, "'lab dlq list' shows the dead-letter topics that exist.")
}

export async function listDeadLetterTopics(bus: Bus): Promise<DeadLetterTopic[]> {
  const topics = (await bus.topics()).filter(({ topic }) => topic.endsWith(SUFFIX))
  return Promise.all(
    topics.map(async ({ topic, partitions }) => {
      const done = await positions(bus, topic)
      let kept = 0n
      let waiting = 0n
      for (const { partition, low, high } of partitions) {
        kept += high - low
        const from = later(done.get(partition), low)
        if (high > from) waiting += high - from
      }
      return { topic, kept, waiting }
    }),
  )
}

/** All that is kept, oldest first within each partition. */
export async function readDeadLetters(bus: Bus, topic: string): Promise<DeadLetter[]> {
  const done = await positions(bus, topic)
  const letters: DeadLetter[] = []
  await bus.read([topic], (record) => {
    const replayed = record.offset < (done.get(record.partition) ?? 0n)
    letters.push({ record, reason: readReason(record.headers), replayed })
  })
  return letters.sort(({ record: a }, { record: b }) => a.partition - b.partition || Number(a.offset - b.offset))
}

/**
 * Publishes the letters again, in order, and after each stretch notes how far it came: an interrupted run goes on there. What cannot be
 * published again (its origin is unknown or gone, its value is no text) is told of and passed over.
 */
export async function replayAll(
  bus: Bus,
  topic: string,
  { limit, onOutcome, signal }: { limit: number; onOutcome: (outcome: Outcome) => void; signal: AbortSignal },
): Promise<void> {
  const open = (await readDeadLetters(bus, topic)).filter(({ replayed }) => !replayed).slice(0, limit)
  for (let i = 0; i < open.length && !signal.aborted; i += AT_ONCE) {
    const stretch = open.slice(i, i + AT_ONCE)
    for (const outcome of await publishAgain(bus, stretch)) onOutcome(outcome)
    const next = new Map(stretch.map(({ record }) => [record.partition, record.offset + 1n]))
    await bus.setOffsets(REPLAY_GROUP, topic, next)
  }
}

/** Publishes one letter again, whether it was before or not. Where it is the next one of `--all`, that goes on behind it. */
export async function replayOne(bus: Bus, letter: DeadLetter): Promise<Outcome> {
  const [outcome] = await publishAgain(bus, [letter])
  const { topic, partition, offset } = letter.record
  const low = (await bus.topics([topic]))[0]?.partitions[partition]?.low ?? 0n
  const next = later((await positions(bus, topic)).get(partition), low)
  if (next === offset) await bus.setOffsets(REPLAY_GROUP, topic, new Map([[partition, offset + 1n]]))
  return outcome!
}

/** The same with another value: what was wrong with it is put right. It takes the letter's key, and its place in the trace. */
export async function replayEdited(bus: Bus, { record, ...letter }: DeadLetter, value: string): Promise<Outcome> {
  const { 'dlq-encoding': _gone, ...headers } = record.headers
  const { topic, partition, offset, key, timestamp } = record
  return replayOne(bus, {
    ...letter,
    record: { topic, partition, offset, key, timestamp, headers, value: Buffer.from(value) },
  })
}

async function publishAgain(bus: Bus, letters: readonly DeadLetter[]): Promise<Outcome[]> {
  const origins = [...new Set(letters.flatMap(({ reason }) => (reason === null ? [] : [reason.topic])))]
  const there = new Set(origins.length === 0 ? [] : (await bus.topics(origins)).map(({ topic }) => topic))
  const tries = letters.map(({ record, reason }) => ({ record, ...tryReplay(record, reason, there) }))
  await bus.send(tries.flatMap(({ outgoing }) => (outgoing === null ? [] : [outgoing])))
  return tries.map(({ record: { topic, partition, offset, key }, outgoing, trouble }) => ({
    ...{ topic, partition, offset, trouble },
    key: key?.toString('utf8') ?? null,
    to: outgoing?.topic ?? null,
  }))
}

function tryReplay(record: LogRecord, reason: DeadLetterReason | null, topics: ReadonlySet<string>) {
  if (reason !== null && !topics.has(reason.topic)) {
    return { outgoing: null, trouble: `its topic ${reason.topic} does not exist any more` }
  }
  try {
    return { outgoing: toReplay(record), trouble: null }
  } catch (error) {
    return { outgoing: null, trouble: (error as Error).message }
  }
}

async function positions(bus: Bus, topic: string): Promise<Map<number, bigint>> {
  const lags = await bus.lag(REPLAY_GROUP, [topic])
  return new Map(lags.flatMap(({ partition, committed }) => (committed === null ? [] : [[partition, committed]])))
}

function later(position: bigint | undefined, low: bigint): bigint {
  return position === undefined || position < low ? low : position
}
