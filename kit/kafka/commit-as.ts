import { setTimeout as wait } from 'node:timers/promises'
import { isSettling } from './admin.ts'
import { type BusOptions, KafkaFault } from './bus.ts'
import { createClient, hangUp, RETRY } from './client.ts'
import { withDeadline } from './deadline.ts'
import { faultFrom } from './fault.ts'

const DEADLINE_MS = 10_000
const AGAIN_MS = 100

/**
 * Commits offsets for a group without members: the broker takes commits of such a group from a member only, so this is one
 * for a moment. kafkajs' own `admin.setOffsets` does the same and takes five seconds, a long poll that it cannot be told to shorten.
 * While the group's coordinator is still loading, it is tried again.
 */
export async function commitAs(
  bus: BusOptions,
  group: string,
  topic: string,
  offsets: ReadonlyMap<number, bigint>,
): Promise<void> {
  const doing = `set offsets of group ${group} in ${topic}`
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    try {
      return await commitOnce(bus, group, topic, offsets, { doing, ms: end - performance.now() })
    } catch (error) {
      if (!isSettling(error) || performance.now() > end) throw faultFrom(error, doing, true)
      await wait(AGAIN_MS)
    }
  }
}

async function commitOnce(
  bus: BusOptions,
  group: string,
  topic: string,
  offsets: ReadonlyMap<number, bigint>,
  { doing, ms }: { doing: string; ms: number },
): Promise<void> {
  const client = createClient(bus)
  const consumer = client.kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 50,
    retry: { ...RETRY, restartOnFailure: async () => false },
    allowAutoTopicCreation: false,
  })
  // A join that fails ends the consumer, not the promise of `run`.
  const crashed = Promise.withResolvers<never>()
  crashed.promise.catch(() => {})
  consumer.on(consumer.events.CRASH, ({ payload }) => crashed.reject(payload.error))
  const work = async (): Promise<void> => {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic] })
    const joined = Promise.withResolvers<void>()
    consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve())
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
    await joined.promise
    consumer.pause([{ topic }])
    await consumer.commitOffsets(
      [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    )
  }
  const late = (): never => {
    throw new KafkaFault('timeout', `Could not ${doing} within ${DEADLINE_MS} ms.`, {
      retriable: true,
      indefinite: true,
    })
  }
  try {
    await withDeadline(Promise.race([work(), crashed.promise]), ms, late)
  } finally {
    await hangUp(client, () => consumer.disconnect(), 2_000)
  }
}
