import { nextTraceparent } from './traceparent.ts'

/** W3C trace context over Kafka: one span an event, its `traceparent` in the headers of what it leads to. */
export interface Tracing {
  /** Notes that `topic` was produced because of what came with `parent`; returns the traceparent to send along. */
  produced(topic: string, key: string, parent: string | undefined): string
  /** Notes an event that was handled and led to nothing further. */
  handled(topic: string, key: string, parent: string | undefined): void
  stop(): Promise<void>
}

/**
 * `endpoint`: where spans go by OTLP/HTTP (`…/v1/traces`); without it trace ids travel along all the same, unsampled, nothing is sent, and the
 * SDK, which takes memory, is not even loaded.
 */
export const createTracing = async (service: string, endpoint: string | undefined): Promise<Tracing> => {
  if (endpoint !== undefined) return (await import('./otlp.ts')).tracingTo(endpoint, service)
  return {
    produced: (_topic, _key, parent) => nextTraceparent(parent),
    handled: () => undefined,
    stop: async () => undefined,
  }
}
