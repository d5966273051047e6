import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { deadLetterTopic, readReason } from '../../../kit/service/dead-letter.ts'
import { parseTraceparent } from '../../../kit/telemetry/traceparent.ts'
import type { StepModel } from '../model.ts'
import type { Dot, Kind } from '../protocol.ts'
import { plain } from './plain.ts'

/** A record as the hub keeps it: what is drawn, and what a passport needs. */
export interface Seen {
  readonly dot: Dot
  readonly causationId: string | null
  readonly traceId: string | null
  /** Of a dead letter: the place that it came from. */
  readonly origin: string | null
  /** Of a replayed record: the dead letter's place. */
  readonly replayedFrom: string | null
  /** Why it was refused, if the event says so. */
  readonly reason: string | null
  /** Which step of a saga it is, by its id. */
  readonly step: string | null
  /** The event says that its order is led step by step. */
  readonly orchestrated: boolean
  readonly headers: Readonly<Record<string, string>>
  /** The first bytes of the value; a copy, as the client's buffer holds a whole fetch. */
  readonly raw: Buffer | null
}

/** What reading needs to know beside the record. */
export interface Reading {
  readonly seq: number
  readonly now: number
  /** Of a topic; null for one that is not in the model. */
  topic(name: string): {
    readonly kind: Kind
    readonly producer: string | null
    readonly consumers: readonly string[]
    readonly steps: readonly StepModel[]
    readonly ofOrder: boolean
  } | null
  isService(name: string): boolean
  /** Notes the id, and tells whether it was there before. */
  wasThere(topic: string, id: string): boolean
}

export const placeOf = (topic: string, partition: number, offset: string | bigint): string =>
  `${topic}/${partition}/${offset}`
export const placeOfDot = ({ topic, partition, offset }: Dot): string => placeOf(topic, partition, offset)

export const RAW_BYTES = 16 * 1024
/** A larger value is carried, counted and drawn, but not parsed: a flood of them must not keep the hub busy. */
const PARSED_BYTES = 256 * 1024
const HEADERS = 50
const DLQ = deadLetterTopic('')

interface Envelope {
  readonly eventId?: unknown
  readonly eventType?: unknown
  readonly source?: unknown
  readonly causationId?: unknown
  readonly data?: unknown
}

/** Whatever bytes lie on a topic: this never throws, and what cannot be read is drawn as a failure. */
export function readRecord(record: LogRecord, reading: Reading): Seen {
  const { topic, partition, value } = record
  const envelope = parse(value)
  const known = reading.topic(topic)
  const reason = readReason(record.headers)
  const isLetter = topic.endsWith(DLQ)
  const id = textOf(envelope?.eventId)
  const duplicate = id !== null && reading.wasThere(topic, id)
  const key = record.key === null ? null : plain(record.key.toString('utf8'))
  const data = isObject(envelope?.data) ? envelope.data : {}
  const orderId =
    textOf(data.orderId) ??
    (known?.ofOrder || (isLetter && reading.topic(topic.slice(0, -DLQ.length))?.ofOrder) ? key : null)
  const step = known?.steps.find(({ when }) => when === undefined || when(data))
  const meant = step?.kind ?? known?.kind ?? 'ok'
  const kind = isLetter || (known !== null && envelope === null) ? 'failed' : duplicate ? 'duplicate' : meant
  const headers = headersOf(record)
  return {
    dot: {
      seq: reading.seq,
      topic,
      partition,
      offset: String(record.offset),
      key,
      type: textOf(envelope?.eventType) ?? topic,
      id,
      orderId,
      kind,
      duplicate,
      at: record.timestamp,
      seen: reading.now,
      from: isLetter ? serviceOfGroup(reason?.group, reading) : sourceOf(envelope, known?.producer ?? null, reading),
      to: known?.consumers ?? [],
      bytes: value?.length ?? 0,
    },
    causationId: textOf(envelope?.causationId),
    traceId: parseTraceparent(headers.traceparent)?.traceId ?? null,
    origin: reason === null ? null : placeOf(reason.topic, reason.partition, reason.offset),
    replayedFrom: headers['replayed-from'] ?? null,
    reason: reason?.error ?? textOf(data.reason),
    step: id === null ? null : (step?.id ?? null),
    orchestrated: data.saga === 'orchestration',
    headers,
    raw: value === null ? null : Buffer.from(value.subarray(0, RAW_BYTES)),
  }
}

function parse(value: Buffer | null): Envelope | null {
  if (value === null || value.length > PARSED_BYTES) return null
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8'))
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | null =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? plain(String(value)) : null

/** An event may claim any source; only a service of the map is believed. */
function sourceOf(envelope: Envelope | null, producer: string | null, reading: Reading): string | null {
  const said = textOf(envelope?.source)
  return said !== null && reading.isService(said) ? said : producer
}

function serviceOfGroup(group: string | undefined, reading: Reading): string | null {
  const name = group?.replace(/-group$/, '')
  return name !== undefined && reading.isService(name) ? name : null
}

function headersOf({ headers }: LogRecord): Record<string, string> {
  const kept = Object.entries(headers).slice(0, HEADERS)
  return Object.fromEntries(kept.map(([name, text]) => [plain(name), plain(text, 1_000)]))
}
