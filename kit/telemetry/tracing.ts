import { ROOT_CONTEXT, type Span, type SpanContext, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace-base'

/** W3C trace context over Kafka: one span an event, its `traceparent` in the headers of what it leads to. */
export interface Tracing {
  /** Notes that `topic` was produced because of what came with `parent`; returns the traceparent to send along. */
  produced(topic: string, key: string, parent: string | undefined): string
  /** Notes an event that was handled and led to nothing further. */
  handled(topic: string, key: string, parent: string | undefined): void
  stop(): Promise<void>
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Null for anything that is not a traceparent of version 00. */
export const parseTraceparent = (text: string | undefined): SpanContext | null => {
  const match = pattern.exec(text ?? '')
  if (match === null || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return null
  return {
    traceId: match[1]!,
    spanId: match[2]!,
    traceFlags: Number.parseInt(match[3]!, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  }
}

const format = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

/**
 * `endpoint`: where spans go by OTLP/HTTP (`…/v1/traces`); without it trace ids travel along all the same, unsampled, and nothing is sent.
 */
export const createTracing = (service: string, endpoint: string | undefined): Tracing => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: endpoint === undefined ? new AlwaysOffSampler() : new AlwaysOnSampler() }),
    spanProcessors: endpoint === undefined ? [] : [new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint }))],
  })
  const tracer = provider.getTracer('saga-lab')

  const start = (name: string, kind: SpanKind, topic: string, key: string, parent: string | undefined): Span => {
    const remote = parseTraceparent(parent)
    const context = remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote)
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.kafka.message.key': key,
    }
    return tracer.startSpan(name, { kind, attributes }, context)
  }

  return {
    produced: (topic, key, parent) => {
      const span = start(`${service} → ${topic}`, SpanKind.PRODUCER, topic, key, parent)
      span.end()
      return format(span.spanContext())
    },
    handled: (topic, key, parent) => start(`${topic} → ${service}`, SpanKind.CONSUMER, topic, key, parent).end(),
    stop: () => provider.shutdown(),
  }
}
