import { type Context, type SpanAttributes, type SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base'

/** Attribute of a consumer's span: what became of the record. */
export const OUTCOME = 'lab.outcome'
/** Attribute of a consumer's span: was the record a dead letter before? */
export const REPLAYED = 'lab.replayed'

/**
 * A trace is followed whole or not at all: its first span decides, and of those at most `rootsPerS` a second are taken. What goes another way
 * than the usual (a duplicate, a failure, a retry, a dead letter, a replay) is told even where its trace is not.
 */
export const createSampler = (rootsPerS: number, now: () => number): Sampler => {
  let tokens = rootsPerS
  let at = now()
  const take = (): boolean => {
    const time = now()
    tokens = Math.min(rootsPerS, tokens + (Math.max(0, time - at) / 1_000) * rootsPerS)
    at = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
  return {
    shouldSample: (context: Context, _traceId: string, _name: string, _kind: SpanKind, attributes: SpanAttributes) => {
      const parent = trace.getSpanContext(context)
      const isTaken = isUnusual(attributes) || (parent === undefined ? take() : isSampled(parent.traceFlags))
      return { decision: isTaken ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
    },
    toString: () => `UnusualAndSome(${rootsPerS}/s)`,
  }
}

const isSampled = (flags: number): boolean => (flags & TraceFlags.SAMPLED) !== 0

const isUnusual = ({ [OUTCOME]: outcome, [REPLAYED]: replayed }: SpanAttributes): boolean =>
  replayed === true || (outcome !== undefined && outcome !== 'handled')
