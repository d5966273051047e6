import type { TopicSpec } from '../../kit/kafka/bus.ts'
import { consumedBy, dlqOf, type EventName, producedBy, type ShopSize } from './catalogue.ts'

const specs = (names: readonly EventName[], partitions: number): TopicSpec[] =>
  names.map((topic) => ({ topic, partitions }))

/**
 * A dead letter is larger than what it is about: the reasons come on top, and what is no text grows by a third. Kafka takes records of up to 1 MiB by
 * default, so twice that leaves room for every one of them; a letter that does not fit would keep all that a service has to publish waiting behind it.
 */
const letterBytes = 2 * 1_048_588

export const deadLetterSpec = (topic: EventName): TopicSpec => ({
  topic: dlqOf(topic),
  partitions: 1,
  config: { 'max.message.bytes': String(letterBytes) },
})

/** What a service needs to exist: the topics that it writes and reads, and one for the dead letters of each that it reads. */
export const topicsOf = (service: string, partitions: number, size: ShopSize = 'core'): TopicSpec[] => [
  ...specs([...new Set([...producedBy(service, size), ...consumedBy(service, size)])], partitions),
  ...consumedBy(service, size).map(deadLetterSpec),
]
