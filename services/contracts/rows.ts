import type { Handled } from '../../kit/service/plan.ts'
import type { Tracing } from '../../kit/telemetry/spans.ts'
import type { EventName, NewEvent } from './catalogue.ts'
import { type Cause, encodeEvent, keyOf } from './codec.ts'

/** Makes outbox rows of a service's emissions: envelope, key, and the trace that goes on. */
export const rowMaker =
  (source: string, tracing: Tracing) =>
  (emission: NewEvent<EventName>, cause: Pick<Handled<Cause, unknown>, 'event' | 'headers'>, at: number) =>
    encodeEvent(
      emission,
      source,
      cause.event,
      at,
      tracing.produced(emission.type, keyOf(emission.type, emission.data), cause.headers.traceparent),
    )
