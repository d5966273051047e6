import type { Consumer } from 'kafkajs'

/** Which partitions are not fetched: topics that the program paused, and partitions that wait to try a failed batch again. */
export interface Pauses {
  pause(topics: readonly string[]): void
  resume(topics: readonly string[]): void
  /** Holds one partition back for `ms`. */
  holdBack(topic: string, partition: number, ms: number): void
  /** Tells a consumer that just joined what is paused: its own memory of it went with its last life. */
  applyTo(consumer: Consumer): void
  clear(): void
}

type TopicPartitions = { topic: string; partitions?: number[] }

/** `current` gives the consumer of the moment, or null while there is none; kafkajs refuses these calls before its first run. */
export function createPauses(current: () => Consumer | null): Pauses {
  const paused = new Set<string>()
  const held = new Map<string, { topic: string; partition: number; timer: NodeJS.Timeout }>()
  const heldOf = (topic: string): number[] =>
    [...held.values()].filter((one) => one.topic === topic).map((one) => one.partition)

  function release(topic: string, partition: number): void {
    held.delete(`${topic}/${partition}`)
    if (!paused.has(topic)) current()?.resume([{ topic, partitions: [partition] }])
  }

  return {
    pause: (topics) => {
      for (const topic of topics) paused.add(topic)
      current()?.pause(topics.map((topic) => ({ topic })))
    },
    resume: (topics) => {
      for (const topic of topics) paused.delete(topic)
      current()?.resume(topics.map((topic) => ({ topic })))
      const still: TopicPartitions[] = topics.map((topic) => ({ topic, partitions: heldOf(topic) }))
      current()?.pause(still.filter((one) => one.partitions?.length))
    },
    holdBack: (topic, partition, ms) => {
      const key = `${topic}/${partition}`
      clearTimeout(held.get(key)?.timer)
      held.set(key, { topic, partition, timer: setTimeout(release, ms, topic, partition).unref() })
      if (!paused.has(topic)) current()?.pause([{ topic, partitions: [partition] }])
    },
    applyTo: (consumer) => {
      const topics = new Set([...held.values()].map((one) => one.topic).filter((topic) => !paused.has(topic)))
      if (topics.size > 0) consumer.pause([...topics].map((topic) => ({ topic, partitions: heldOf(topic) })))
      if (paused.size > 0) consumer.pause([...paused].map((topic) => ({ topic })))
    },
    clear: () => {
      for (const { timer } of held.values()) clearTimeout(timer)
      held.clear()
    },
  }
}
