import { setTimeout as sleep } from 'node:timers/promises'
import type { ITopicConfig, ITopicMetadata } from 'kafkajs'
import type { AdminLine } from './admin.ts'
import { type Bus, KafkaFault, type TopicInfo, type TopicSpec } from './bus.ts'

const SETTLE_MS = 10_000
const POLL_MS = 25

type TopicMethods = Pick<Bus, 'createTopics' | 'deleteTopics' | 'topics' | 'partitions' | 'offsetsAt'>

export function createTopicMethods(line: AdminLine): TopicMethods {
  return {
    createTopics: (specs) => create(line, specs),
    deleteTopics: (topics) => remove(line, topics),
    topics: (names) => describe(line, names),
    partitions: async () => {
      const shown = (await metadata(line)).filter(({ name }) => !name.startsWith('__'))
      return new Map(shown.map(({ name, partitions }) => [name, partitions.length]))
    },
    offsetsAt: async (topic, time) => {
      await requireTopics(line, [topic])
      const found = await line.ask(`find offsets of ${topic}`, (admin) =>
        admin.fetchTopicOffsetsByTimestamp(topic, time),
      )
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]))
    },
  }
}

/** Every topic that this user may see, with its partitions. */
export async function metadata(line: AdminLine): Promise<ITopicMetadata[]> {
  return (await line.ask('list topics', (admin) => admin.fetchTopicMetadata())).topics
}

/** Rejects with `unknown-topic` where one of them does not exist; kafkajs itself would ask and ask. */
export async function requireTopics(line: AdminLine, names: readonly string[]): Promise<ITopicMetadata[]> {
  const all = await metadata(line)
  const known = new Set(all.map((topic) => topic.name))
  const missing = names.filter((name) => !known.has(name))
  if (missing.length === 0) return all
  throw new KafkaFault(
    'unknown-topic',
    `No topic ${missing.join(', ')} (or this user may not see it). Create it first; names are case-sensitive.`,
  )
}

async function create(line: AdminLine, specs: readonly TopicSpec[]): Promise<string[]> {
  const known = new Set((await metadata(line)).map((topic) => topic.name))
  const missing = specs.filter((spec) => !known.has(spec.topic))
  const made: string[] = []
  if (missing.length > 0) {
    if (await order(line, missing)) made.push(...missing.map((spec) => spec.topic))
  }
  const wanted = new Map(specs.map((spec) => [spec.topic, spec.partitions]))
  await until(line, `wait for leaders of ${[...wanted.keys()].join(', ')}`, (all) =>
    [...wanted.keys()].every((name) => all.some((topic) => topic.name === name && isLed(topic))),
  )
  // Only its leader tells where a partition ends, and one that was named a moment ago may not know yet that it is one: it would refuse the first records.
  await describe(line, made)
  return made
}

/**
 * kafkajs looks up every topic that a connection has ever asked about before it answers anything. Where such a topic was deleted in the meantime, that
 * look-up fails although nothing is wrong with the question: then it is asked again, on a new connection that knows no old topics.
 */
async function whileTopicsGo<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + SETTLE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof KafkaFault) || error.code !== 'unknown-topic' || performance.now() > end) throw error
      await sleep(POLL_MS)
    }
  }
}

/** kafkajs would also ask for the new topics at once, and fails where the broker has not heard of them yet; `create` waits for them itself. */
function order(line: AdminLine, missing: readonly TopicSpec[]): Promise<boolean> {
  return whileTopicsGo(() =>
    line.ask(`create topics ${missing.map((spec) => spec.topic).join(', ')}`, (admin) =>
      admin.createTopics({ topics: missing.map(configOf), waitForLeaders: false }),
    ),
  )
}

const isLed = (topic: ITopicMetadata): boolean =>
  topic.partitions.length > 0 && topic.partitions.every((partition) => partition.leader >= 0)

function configOf({ topic, partitions, replicationFactor, config }: TopicSpec): ITopicConfig {
  const configEntries = Object.entries(config ?? {}).map(([name, value]) => ({ name, value }))
  return { topic, numPartitions: partitions, replicationFactor: replicationFactor ?? -1, configEntries }
}

async function remove(line: AdminLine, names: readonly string[]): Promise<void> {
  const known = new Set((await metadata(line)).map((topic) => topic.name))
  const there = names.filter((name) => known.has(name))
  if (there.length === 0) return
  await line.ask(`delete topics ${there.join(', ')}`, (admin) => admin.deleteTopics({ topics: there }))
  await until(line, `delete topics ${there.join(', ')}`, (all) => !all.some((topic) => there.includes(topic.name)))
}

/** A topic that is deleted while we look is left out. */
const describe = (line: AdminLine, names?: readonly string[]): Promise<TopicInfo[]> =>
  whileTopicsGo(() => describeOnce(line, names))

async function describeOnce(line: AdminLine, names?: readonly string[]): Promise<TopicInfo[]> {
  const all = await metadata(line)
  const wanted =
    names === undefined
      ? all.filter((topic) => !topic.name.startsWith('__'))
      : all.filter((topic) => names.includes(topic.name))
  return Promise.all(wanted.map((topic) => watermarks(line, topic.name)))
}

/** kafkajs stumbles over the empty answer where a topic goes between its two questions about it. */
const gone = (topic: string, cause: Error): KafkaFault =>
  new KafkaFault('unknown-topic', `No topic ${topic}: it was deleted a moment ago.`, { cause })

export async function watermarks(line: AdminLine, topic: string): Promise<TopicInfo> {
  const offsets = await line
    .ask(`read the offsets of ${topic}`, (admin) => admin.fetchTopicOffsets(topic))
    .catch((error: KafkaFault) => Promise.reject(error.cause instanceof TypeError ? gone(topic, error) : error))
  const partitions = offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
  return { topic, partitions: partitions.sort((a, b) => a.partition - b.partition) }
}

/** The broker answers before its metadata follows; waits until it does. */
async function until(line: AdminLine, doing: string, holds: (all: ITopicMetadata[]) => boolean): Promise<void> {
  const end = performance.now() + SETTLE_MS
  while (!holds(await metadata(line))) {
    if (performance.now() > end)
      throw new KafkaFault('timeout', `Could not ${doing} within ${SETTLE_MS} ms.`, { retriable: true })
    await sleep(POLL_MS)
  }
}
