import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createSampler, OUTCOME, REPLAYED } from './sampler.ts'
import type { Consumed, Tracing } from './spans.ts'
import { formatTraceparent, parseTraceparent, type TraceContext } from './traceparent.ts'

const contextOf = ({ traceId, spanId, sampled }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
})

/** Under load some traces stand for all; what goes wrong is always told. */
const ROOTS_PER_S = 50
/** The dashboard shows spans beside the events that they are about, so they must not come much later. */
const BATCHES = { scheduledDelayMillis: 200, maxQueueSize: 4_096, maxExportBatchSize: 512, exportTimeoutMillis: 2_000 }

/** Spans by OTLP/HTTP to `endpoint` (`…/v1/traces`), in batches. */
export const tracingTo = (endpoint: string, service: string): Tracing => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: createSampler(ROOTS_PER_S, Date.now),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint, timeoutMillis: 2_000 }), BATCHES)],
  })
  const tracer = provider.getTracer('saga-lab')

  const start = (name: string, kind: SpanKind, parent: string | undefined, about: Attributes, at?: number): Span => {
    const remote = parseTraceparent(parent)
    const context = remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(remote))
    return tracer.startSpan(name, { kind, attributes: about, ...(at === undefined ? {} : { startTime: at }) }, context)
  }

  const consumed = (what: Consumed): void => {
    const name = `${what.topic} → ${service}`
    const span = start(name, SpanKind.CONSUMER, what.headers.traceparent, attributesOf(what), what.takenUpAt)
    if (what.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: what.error })
    span.end()
  }

  return {
    produced: (topic, key, parent) => {
      const about = { ...kafka, 'messaging.destination.name': topic, 'messaging.kafka.message.key': key }
      const span = start(`${service} → ${topic}`, SpanKind.PRODUCER, parent, about)
      span.end()
      return traceparentOf(span)
    },
    served: (name, parent) => {
      const span = start(name, SpanKind.SERVER, parent, {})
      const end = (status: number): void => {
        span.setAttribute('http.response.status_code', status)
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      }
      return { traceparent: traceparentOf(span), end }
    },
    consumed: (gather) => gather().forEach(consumed),
    stop: () => provider.shutdown(),
  }
}

const traceparentOf = (span: Span): string => {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return formatTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 })
}

type Attributes = Readonly<Record<string, string | number | boolean>>

const kafka = { 'messaging.system': 'kafka' } as const

/** OpenTelemetry's names where it has some; ours begin with `lab.`. */
const attributesOf = ({ topic, partition, offset, key, group, headers, outcome, attempt }: Consumed): Attributes => ({
  ...kafka,
  'messaging.destination.name': topic,
  'messaging.destination.partition.id': String(partition),
  'messaging.kafka.offset': offset,
  'messaging.kafka.message.key': key,
  'messaging.consumer.group.name': group,
  [OUTCOME]: outcome,
  'lab.attempt': attempt,
  [REPLAYED]: headers['replayed-from'] !== undefined,
})
