import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { patientBus } from '../../check/patience.ts'

const TOPICS = 6
const PARTITIONS = 3
const DEADLINE_MS = 20_000

/**
 * A broker that has just started takes long for the first topic, the first record and the first member of a group: on a busy machine longer than a
 * student's client waits. So the kit does each of them once before the checks, and takes it away again. What goes wrong here will be told by a check.
 */
export async function warmUp(brokers: string): Promise<void> {
  const bus = patientBus(createBus({ brokers: [brokers], clientId: 'lab-warm-up', log: () => {} }))
  const group = `warm-up-${randomUUID()}`
  const topics = Array.from({ length: TOPICS }, (_, i) => `${group}-${i}`)
  try {
    await bus.createTopics(topics.map((topic) => ({ topic, partitions: PARTITIONS })))
    const read = Promise.withResolvers<void>()
    const consumption = await bus.consume({
      group,
      topics: topics.slice(0, 1),
      from: 'earliest',
      onRecords: async () => read.resolve(),
    })
    await bus.send(topics.map((topic) => ({ topic, key: group, value: '{}' })))
    await Promise.race([read.promise, delay(DEADLINE_MS, undefined, { ref: false })])
    await consumption.stop(2_000)
    await bus.deleteGroup(group)
  } catch {
    // The checks look at the same broker, and know whose fault it is.
  } finally {
    await bus.deleteTopics(topics).catch(() => {})
    await bus.close().catch(() => {})
  }
}
