import type { Consumed } from '../telemetry/spans.ts'
import type { AnyEnvelope } from './envelope.ts'
import type { Inbound } from './plan.ts'
import type { Outcome } from './processor.ts'
import type { RetryRound } from './retrier.ts'

/** What became of each record of a batch. One that waits behind another of its key is told of when its turn has come. */
export const deliveriesOf = <E extends AnyEnvelope>(outcome: Outcome<E, unknown>, group: string): Consumed[] => {
  const ends = new Map<unknown, Pick<Consumed, 'outcome' | 'error'>>()
  for (const { event } of outcome.handled) ends.set(event, { outcome: 'handled' })
  for (const event of outcome.duplicates) ends.set(event, { outcome: 'duplicate-ignored' })
  for (const { event, error } of outcome.setAside) {
    if (error !== null) ends.set(event, { outcome: 'failed', error: error.message })
  }
  for (const { inbound, reason } of outcome.unreadable) ends.set(inbound, { outcome: 'dead-lettered', error: reason })
  return outcome.batch.flatMap((inbound) => {
    const end = ends.get(inbound.parsed.ok ? inbound.parsed.event : inbound)
    return end === undefined ? [] : [{ ...placeOf(inbound), group, attempt: 1, takenUpAt: outcome.takenUpAt, ...end }]
  })
}

const placeOf = <E extends AnyEnvelope>({ record, key }: Inbound<E>) => ({
  topic: record.topic,
  partition: record.partition,
  offset: String(record.offset),
  key,
  headers: record.headers,
})

/** The same for a round of retries. */
export const retriesOf = ({ tries, takenUpAt }: RetryRound<unknown, unknown>, group: string): Consumed[] =>
  tries.map(({ row: { topic, partition, offset, key, headers, attempts }, error, isLast }) => ({
    ...{ topic, partition, offset, key, headers, group, takenUpAt },
    attempt: attempts + 1,
    ...(error === null
      ? { outcome: 'handled' as const }
      : { outcome: isLast ? 'dead-lettered' : 'retry', error: error.message }),
  }))
