import type { ITopicMetadata } from 'kafkajs'
import { createAdminLine } from './admin.ts'
import { type Bus, type BusOptions, type ConsumeOptions, type Consumption, KafkaFault } from './bus.ts'
import { startConsumption } from './consumption.ts'
import { createGroupMethods } from './groups.ts'
import { readAll } from './read.ts'
import { createSender } from './sender.ts'
import { createTopicMethods, requireTopics, watermarks } from './topics.ts'

const READ_DEADLINE_MS = 30_000
const CLOSE_DEADLINE_MS = 4_000

/** The bus on kafkajs 2.2.4. Nothing connects before the first call; each consumer, the producer and the admin have connections of their own. */
export function createBus(options: BusOptions): Bus {
  const line = createAdminLine(options)
  const sender = createSender(options)
  const consumptions = new Set<Consumption>()
  const groups = createGroupMethods(options, line)
  let closed = false

  async function consume(wanted: ConsumeOptions): Promise<Consumption> {
    if (closed) throw new KafkaFault('closed', 'This bus was closed; nothing can be consumed any more.')
    const known = await requireTopics(
      line,
      wanted.topics.filter((topic) => typeof topic === 'string'),
    )
    const concurrency = partitionsOf(known, wanted.topics)
    const consumption = startConsumption(wanted, { bus: options, concurrency, forgetGroup: groups.deleteGroup })
    const tracked: Consumption = {
      ...consumption,
      stop: (deadlineMs) => {
        consumptions.delete(tracked)
        return consumption.stop(deadlineMs)
      },
    }
    consumptions.add(tracked)
    return tracked
  }

  return {
    send: sender.send,
    consume,
    read: async (topics, onRecord, deadlineMs = READ_DEADLINE_MS) => {
      await requireTopics(line, topics)
      const infos = await Promise.all([...new Set(topics)].map((topic) => watermarks(line, topic)))
      await readAll(options, infos, onRecord, deadlineMs, groups.deleteGroup)
    },
    ...createTopicMethods(line),
    ...groups,
    close: async () => {
      closed = true
      await Promise.all([...consumptions].map((consumption) => consumption.stop(CLOSE_DEADLINE_MS)))
      await Promise.all([sender.close(CLOSE_DEADLINE_MS), line.close(CLOSE_DEADLINE_MS)])
    },
  }
}

/** How many partitions the subscription spans now, with room for a few that come later. */
function partitionsOf(known: readonly ITopicMetadata[], topics: readonly (string | RegExp)[]): number {
  const matched = known.filter(({ name }) =>
    topics.some((topic) => (typeof topic === 'string' ? topic === name : topic.test(name))),
  )
  return Math.max(
    8,
    matched.reduce((sum, topic) => sum + topic.partitions.length, 0),
  )
}
