import { randomUUID } from 'node:crypto'
import { type BusOptions, KafkaFault, type LogRecord, type TopicInfo } from './bus.ts'
import { createClient, hangUp, RETRY } from './client.ts'
import { faultFrom } from './fault.ts'
import { FetchedRecord } from './record.ts'

const MAX_WAIT_MS = 100

/**
 * Reads everything between the low and high watermarks of `infos`, each partition in its order, waiting where `onRecord` returns a promise. kafkajs fetches for group members only,
 * so this joins a group of a random name, which `forgetGroup` deletes afterwards.
 */
export async function readAll(
  bus: BusOptions,
  infos: readonly TopicInfo[],
  onRecord: (record: LogRecord) => unknown,
  deadlineMs: number,
  forgetGroup: (group: string) => Promise<void>,
): Promise<void> {
  const goals = new Goals(infos)
  if (goals.reached) return
  const group = `read-${randomUUID()}`
  const client = createClient(bus)
  const consumer = client.kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: MAX_WAIT_MS,
    retry: RETRY,
    allowAutoTopicCreation: false,
  })
  const done = Promise.withResolvers<void>()
  const timer = setTimeout(() => done.reject(lateFault(goals, deadlineMs)), deadlineMs)
  // The event also comes for batches of transaction markers alone, which no handler gets to see.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    goals.advance(payload.topic, payload.partition, BigInt(payload.lastOffset) + 1n)
    if (goals.reached) done.resolve()
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error))
  const doing = `read ${infos.map((info) => info.topic).join(', ')}`
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: infos.map((info) => info.topic), fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: goals.size,
      eachBatch: async ({ batch, heartbeat }) => {
        const end = goals.endOf(batch.topic, batch.partition)
        for (const message of batch.messages) {
          if (BigInt(message.offset) >= end) break
          try {
            const done = onRecord(new FetchedRecord(batch.topic, batch.partition, message))
            if (!(done instanceof Promise)) continue
            await done
            await heartbeat()
          } catch (error) {
            return done.reject(error)
          }
        }
      },
    })
    await done.promise
  } catch (error) {
    throw faultFrom(error, doing)
  } finally {
    clearTimeout(timer)
    await hangUp(client, () => consumer.disconnect(), 1_000)
    await forgetGroup(group).catch(() => {})
  }
}

/** Where each partition is read up to, and which are there already. */
class Goals {
  readonly #ends = new Map<string, bigint>()
  readonly #open = new Set<string>()

  constructor(infos: readonly TopicInfo[]) {
    for (const { topic, partitions } of infos) {
      for (const { partition, low, high } of partitions) {
        this.#ends.set(`${topic}/${partition}`, high)
        if (high > low) this.#open.add(`${topic}/${partition}`)
      }
    }
  }

  get size(): number {
    return Math.max(1, this.#ends.size)
  }

  get reached(): boolean {
    return this.#open.size === 0
  }

  get open(): string[] {
    return [...this.#open]
  }

  endOf(topic: string, partition: number): bigint {
    return this.#ends.get(`${topic}/${partition}`) ?? 0n
  }

  advance(topic: string, partition: number, next: bigint): void {
    if (next >= this.endOf(topic, partition)) this.#open.delete(`${topic}/${partition}`)
  }
}

function lateFault(goals: Goals, deadlineMs: number): KafkaFault {
  const open = goals.open.slice(0, 5).join(', ')
  return new KafkaFault('timeout', `The end of ${open} was not reached within ${deadlineMs} ms.`, { retriable: true })
}
