import type { LogRecord } from '../../kit/kafka/bus.ts'
import type { Paint } from '../terminal/paint.ts'
import { safe } from '../terminal/safe.ts'

const LONGEST = 160

/** `12:03:04.123  order-created/3 @12  key …  {"orderId":…}`: one record as one line. */
export function eventLine(record: LogRecord, paint: Paint): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 23)
  const place = `${record.topic}/${record.partition} @${record.offset}`
  const key = record.key === null ? paint.faint('no key') : `key ${text(record.key)}`
  return `${paint.faint(time)}  ${paint.strong(place)}  ${key}  ${content(record, paint)}`
}

/** The same for machines; a value that is JSON is given as JSON. */
export function eventJson(record: LogRecord): object {
  const { topic, partition, offset, headers, timestamp } = record
  const key = record.key === null ? null : text(record.key)
  return { topic, partition, offset, key, timestamp, headers, value: parsed(record.value) ?? textOf(record.value) }
}

function content({ topic, value }: LogRecord, paint: Paint): string {
  if (value === null) return paint.faint('empty (a tombstone)')
  const event = parsed(value)
  if (!isObject(event)) return paint.warn(`not an event: ${shortened(text(value))}`)
  const { eventType, data } = event
  const type = typeof eventType === 'string' && eventType !== topic ? `${paint.warn(eventType)} ` : ''
  return type + shortened(JSON.stringify(data ?? event))
}

function shortened(content: string): string {
  const line = safe(content).replace(/\s+/g, ' ')
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}

function parsed(value: Buffer | null): unknown {
  try {
    return value === null ? undefined : JSON.parse(text(value))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(bytes: Buffer): string {
  return bytes.toString('utf8')
}

function textOf(bytes: Buffer | null): string | null {
  return bytes === null ? null : text(bytes)
}
