import { z } from 'zod'
import type { AnyEnvelope, EventReader, Parsed } from '../../kit/service/envelope.ts'
import type { NewOutboxRow } from '../../kit/store/ledger.ts'
import { catalogue, type DataOf, type EventName, type EventOf, type NewEvent } from './catalogue.ts'
import type { EventType } from './event-type.ts'
import { type Upcaster, upcasters } from './upcasters.ts'

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a reader insists on. The lab contract's four fields are required; ours have defaults, so that anybody's events can be read. */
const envelope = z.object({
  eventId: z.string().min(1),
  eventType: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
  version: z.int().positive().default(1),
  source: z.string().default('unknown'),
  correlationId: z.string().optional(),
  causationId: z.string().nullable().default(null),
  // Looked into by the schema of its type; z.record would go through it once before, and copy it.
  data: z.custom<Record<string, unknown>>(isObject, 'Invalid input: expected an object'),
})

const explain = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`).join('; ')

const parseJson = (value: Buffer | null): Json => {
  if (value === null || value.length === 0) return { ok: false, reason: 'empty value: an event is a JSON object' }
  try {
    return { ok: true, value: JSON.parse(value.toString('utf8')) }
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` }
  }
}
type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

/** What a reader needs to know of an event type. */
export type ReadableType = Pick<EventType, 'version' | 'data' | 'key'>
type Steps = Readonly<Partial<Record<string, Readonly<Record<number, Upcaster>>>>>

const at = <T>(map: Readonly<Partial<Record<string, T>>>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined

/** Brings data of an older version up to today's schema, one version at a time. */
const upcast = (type: string, from: number, to: number, data: Record<string, unknown>, steps: Steps) => {
  let current = data
  for (let version = from; version < to; version++) {
    const step = at(steps, type)?.[version]
    if (step === undefined)
      throw new Error(`services/contracts/upcasters.ts has no step for ${type} from version ${version}`)
    current = step(current)
  }
  return current
}

/** Old data is somebody's bytes too: a step that trips over it makes the record unreadable and stops nobody. */
const readData = (
  name: string,
  type: ReadableType,
  version: number,
  data: Record<string, unknown>,
  steps: Steps,
): Json => {
  try {
    const inner = type.data.safeParse(upcast(name, version, type.version, data, steps))
    return inner.success ? { ok: true, value: inner.data } : { ok: false, reason: `data.${explain(inner.error)}` }
  } catch (error) {
    return { ok: false, reason: `data: version ${version} of ${name} cannot be brought up to date: ${error}` }
  }
}

/**
 * Reads an event of one of the given types. It never throws: what is no event comes back with the reason, for the dead-letter topic.
 * Unknown fields are passed over, and older versions are brought up to date; a version from the future is refused.
 */
export const readerOf =
  (types: Readonly<Record<string, ReadableType>>, steps: Steps) =>
  (topic: string, value: Buffer | null): Parsed<AnyEnvelope> => {
    const json = parseJson(value)
    if (!json.ok) return json
    const outer = envelope.safeParse(json.value)
    if (!outer.success) return { ok: false, reason: explain(outer.error) }
    const { eventType, version } = outer.data
    if (eventType !== topic) return { ok: false, reason: `eventType: "${eventType}" on topic ${topic}` }
    const type = at(types, eventType)
    if (type === undefined)
      return { ok: false, reason: `eventType: "${eventType}" is not one of ${Object.keys(types).join(', ')}` }
    if (version > type.version)
      return { ok: false, reason: `version: ${version} of ${eventType} is unknown here (up to ${type.version})` }
    const inner = readData(eventType, type, version, outer.data.data, steps)
    if (!inner.ok) return inner
    const correlationId = outer.data.correlationId ?? keyIn(type, inner.value)
    return { ok: true, event: { ...outer.data, version: type.version, correlationId, data: inner.value } }
  }

/** The reader of these types of the catalogue. */
export const createReader = <Name extends EventName>(names: readonly Name[]): EventReader<EventOf<Name>> =>
  readerOf(Object.fromEntries(names.map((name) => [name, catalogue[name]])), upcasters) as EventReader<EventOf<Name>>

const keyIn = (type: ReadableType, data: unknown): string => String((data as Record<string, unknown>)[type.key])

/** The message key of an event's data, as text. */
export const keyOf = (name: EventName, data: DataOf<EventName>): string => keyIn(catalogue[name], data)

/** What led to an event: its id and, where a trace is on, the trace context. */
export interface Cause {
  readonly eventId: string
}

/** The id of a new event. It follows from what the event says, so the same fact never gets a second id, however often it is decided. */
export const eventIdOf = ({ type, data, occurrence }: NewEvent<EventName>): string =>
  occurrence === undefined ? `${type}.${keyOf(type, data)}` : `${type}.${keyOf(type, data)}.${occurrence}`

/** The outbox row of a new event: its envelope as it will lie on the topic. */
export const encodeEvent = (
  event: NewEvent<EventName>,
  source: string,
  cause: Cause | null,
  at: number,
  traceparent?: string,
): NewOutboxRow => {
  const key = keyOf(event.type, event.data)
  const envelope: EventOf<EventName> = {
    eventId: eventIdOf(event),
    eventType: event.type,
    timestamp: new Date(at).toISOString(),
    version: catalogue[event.type].version,
    source,
    correlationId: key,
    causationId: cause?.eventId ?? null,
    data: event.data,
  } as EventOf<EventName>
  return {
    aggregateId: key,
    topic: event.type,
    key,
    payload: JSON.stringify(envelope),
    headers: traceparent === undefined ? {} : { traceparent },
  }
}
