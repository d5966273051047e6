import { ROOT_CONTEXT, type Span, type SpanContext, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { formatTraceparent, parseTraceparent, type TraceContext } from './traceparent.ts'
import type { Tracing } from './tracing.ts'

const contextOf = ({ traceId, spanId, sampled }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
})

/** Spans by OTLP/HTTP to `endpoint` (`…/v1/traces`), in batches. */
export const tracingTo = (endpoint: string, service: string): Tracing => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint }))],
  })
  const tracer = provider.getTracer('saga-lab')

  const start = (name: string, kind: SpanKind, topic: string, key: string, parent: string | undefined): Span => {
    const remote = parseTraceparent(parent)
    const context = remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(remote))
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
      const { traceId, spanId, traceFlags } = span.spanContext()
      return formatTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 })
    },
    handled: (topic, key, parent) => start(`${topic} → ${service}`, SpanKind.CONSUMER, topic, key, parent).end(),
    stop: () => provider.shutdown(),
  }
}
