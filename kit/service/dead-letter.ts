import type { Headers, LogRecord, OutgoingRecord } from '../kafka/bus.ts'

/** Why a record is in a dead-letter topic. Each field is a header there, so that the record itself stays as it came. */
export interface DeadLetterReason {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** The consumer group that could not handle it. */
  readonly group: string
  readonly error: string
  /** How often it was tried; 0 for what cannot be read at all. */
  readonly attempts: number
  /** When it was given up, ISO 8601. */
  readonly at: string
}

const prefix = 'dlq-'
const maxErrorLength = 500
/** A record may carry a thousand headers; what is kept of them must still fit into one record. */
const maxHeaders = 50
const maxHeaderLength = 2_000

export const deadLetterTopic = (topic: string): string => `${topic}-dlq`

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)

/** Text as it is; other bytes as base64, which the header `dlq-encoding` says. */
export const encodeValue = (value: Buffer | null): { value: string | null; headers: Headers } => {
  if (value === null) return { value: null, headers: {} }
  if (isText(value)) return { value: value.toString('utf8'), headers: {} }
  return { value: value.toString('base64'), headers: { [`${prefix}encoding`]: 'base64' } }
}

const keptHeaders = (headers: Headers): [string, string][] =>
  Object.entries(headers)
    .filter(([name, text]) => !name.startsWith(prefix) && name.length + text.length <= maxHeaderLength)
    .slice(0, maxHeaders)

/** The record for the dead-letter topic: same key, same value, same headers, and the reason beside them. */
export const toDeadLetter = (
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  reason: DeadLetterReason,
): OutgoingRecord => {
  const encoded = encodeValue(record.value)
  return {
    topic: deadLetterTopic(reason.topic),
    key: record.key?.toString('utf8') ?? null,
    value: encoded.value,
    headers: Object.fromEntries([
      ...keptHeaders(record.headers),
      ...Object.entries(encoded.headers),
      [`${prefix}topic`, reason.topic],
      [`${prefix}partition`, String(reason.partition)],
      [`${prefix}offset`, reason.offset],
      [`${prefix}group`, reason.group],
      [`${prefix}error`, reason.error.slice(0, maxErrorLength)],
      [`${prefix}attempts`, String(reason.attempts)],
      [`${prefix}at`, reason.at],
    ]),
  }
}

/** Reads the reason back; null for a record that no kit of ours wrote there. */
export const readReason = (headers: Headers): DeadLetterReason | null => {
  const field = (name: string): string => headers[`${prefix}${name}`] ?? ''
  if (field('topic') === '') return null
  return {
    topic: field('topic'),
    partition: Number(field('partition')),
    offset: field('offset'),
    group: field('group'),
    error: field('error'),
    attempts: Number(field('attempts')),
    at: field('at'),
  }
}

/**
 * The record to publish again where it came from, under its own id: consumers that have handled it know it by their inbox.
 * Throws a RangeError for bytes that are not text, which no event of ours is.
 */
export const toReplay = (record: LogRecord): OutgoingRecord => {
  const reason = readReason(record.headers)
  if (reason === null)
    throw new RangeError(`${record.topic} offset ${record.offset}: no header dlq-topic, so its origin is unknown`)
  if (record.headers[`${prefix}encoding`] === 'base64') {
    throw new RangeError(
      `${record.topic} offset ${record.offset}: its value is not text; it cannot become an event again`,
    )
  }
  return {
    topic: reason.topic,
    key: record.key?.toString('utf8') ?? null,
    value: record.value?.toString('utf8') ?? null,
    headers: Object.fromEntries([
      ...keptHeaders(record.headers),
      [`replayed-from`, `${record.topic}/${record.partition}/${record.offset}`],
    ]),
  }
}
