import { z } from 'zod'
import type { Handling, SpanRow } from '../protocol.ts'
import { plain } from './plain.ts'

/** What our services say of a record that they consumed, beside OpenTelemetry's own names: see kit/telemetry/tracing.ts. */
const OUTCOME = 'lab.outcome'
const ATTEMPT = 'lab.attempt'
const OUTCOMES = ['handled', 'duplicate-ignored', 'retry', 'dead-lettered', 'failed'] as const

const value = z.object({ stringValue: z.string().optional(), intValue: z.union([z.string(), z.number()]).optional() })
const attribute = z.object({ key: z.string(), value })
const span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/i),
  spanId: z.string().regex(/^[0-9a-f]{16}$/i),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.union([z.string(), z.number()]),
  endTimeUnixNano: z.union([z.string(), z.number()]),
  attributes: z.array(attribute).default([]),
  status: z.object({ code: z.union([z.string(), z.number()]).optional() }).optional(),
})
/** OTLP/HTTP with JSON: the part of it that is read here. */
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute).default([]) }).optional(),
      scopeSpans: z.array(z.object({ spans: z.array(span).max(5_000).default([]) })).default([]),
    }),
  ),
})

type Attributes = ReadonlyMap<string, string>

/** What a consumer did with one record, with the time that it took. */
export interface Work extends Handling {
  readonly startMs: number
  readonly workedMs: number
}

export interface ReadSpan {
  readonly row: SpanRow
  /** Null for a span that is not about a consumed record. */
  readonly work: Work | null
}

/** Throws a ZodError for what is no OTLP request. `orderIdOf` tells which order a message key of a topic means. */
export function readSpans(body: unknown, orderIdOf: (topic: string, key: string) => string | null): ReadSpan[] {
  return request.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = plain(attributesOf(resource?.attributes ?? []).get('service.name') ?? 'unknown')
    return scopeSpans.flatMap(({ spans }) => spans.map((one) => readSpan(one, service, orderIdOf)))
  })
}

function readSpan(
  one: z.output<typeof span>,
  service: string,
  orderIdOf: (topic: string, key: string) => string | null,
): ReadSpan {
  const startMs = msOf(one.startTimeUnixNano)
  const durationMs = Math.max(0, msOf(one.endTimeUnixNano) - startMs)
  const row: SpanRow = {
    traceId: one.traceId.toLowerCase(),
    spanId: one.spanId.toLowerCase(),
    parentId: one.parentSpanId ? plain(one.parentSpanId.toLowerCase(), 16) : null,
    service,
    name: plain(one.name),
    startMs,
    durationMs,
    failed: one.status?.code === 2 || one.status?.code === 'STATUS_CODE_ERROR',
  }
  return { row, work: workOf(row, attributesOf(one.attributes), orderIdOf) }
}

function workOf(
  row: SpanRow,
  attributes: Attributes,
  orderIdOf: (topic: string, key: string) => string | null,
): Work | null {
  const outcome = OUTCOMES.find((known) => known === attributes.get(OUTCOME))
  const topic = attributes.get('messaging.destination.name')
  const partition = Number(attributes.get('messaging.destination.partition.id'))
  const offset = attributes.get('messaging.kafka.offset')
  if (outcome === undefined || topic === undefined || !Number.isInteger(partition) || !/^\d+$/.test(offset ?? ''))
    return null
  return {
    topic: plain(topic),
    partition,
    offset: offset ?? '',
    service: row.service,
    outcome,
    attempt: Number(attributes.get(ATTEMPT)) || 1,
    at: row.startMs + row.durationMs,
    orderId: orderIdOf(topic, plain(attributes.get('messaging.kafka.message.key') ?? '')),
    startMs: row.startMs,
    workedMs: row.durationMs,
  }
}

function attributesOf(list: readonly z.output<typeof attribute>[]): Attributes {
  return new Map(list.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? String(intValue ?? '')]))
}

/** Nanoseconds since 1970 → ms with fractions. */
const msOf = (nano: string | number): number => Number(nano) / 1e6
