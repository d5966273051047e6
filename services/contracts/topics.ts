import type { TopicSpec } from '../../kit/kafka/bus.ts'
import { consumedBy, dlqOf, type EventName, producedBy } from './catalogue.ts'

const specs = (names: readonly EventName[], partitions: number): TopicSpec[] =>
  names.map((topic) => ({ topic, partitions }))

/** What a service needs to exist: the topics that it writes and reads, and one for the dead letters of each that it reads. */
export const topicsOf = (service: string, partitions: number): TopicSpec[] => [
  ...specs([...new Set([...producedBy(service), ...consumedBy(service)])], partitions),
  ...consumedBy(service).map((topic) => ({ topic: dlqOf(topic), partitions: 1 })),
]
