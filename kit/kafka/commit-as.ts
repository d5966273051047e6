import { type BusOptions, KafkaFault } from './bus.ts'
import { createClient, hangUp, RETRY } from './client.ts'
import { withDeadline } from './deadline.ts'
import { faultFrom } from './fault.ts'

const DEADLINE_MS = 10_000

/**
 * Commits offsets for a group without members: the broker takes commits of such a group from a member only, so this is one
 * for a moment. kafkajs' own `admin.setOffsets` does the same and takes five seconds, a long poll that it cannot be told to shorten.
 */
export async function commitAs(
  bus: BusOptions,
  group: string,
  topic: string,
  offsets: ReadonlyMap<number, bigint>,
): Promise<void> {
  const doing = `set offsets of group ${group} in ${topic}`
  const client = createClient(bus)
  const consumer = client.kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 50,
    retry: RETRY,
    allowAutoTopicCreation: false,
  })
  const work = async (): Promise<void> => {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic] })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
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
    await withDeadline(work(), DEADLINE_MS, late)
  } catch (error) {
    throw faultFrom(error, doing, true)
  } finally {
    await hangUp(client, () => consumer.disconnect(), 2_000)
  }
}
