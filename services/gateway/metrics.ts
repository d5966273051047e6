import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface Breaker {
  readonly state: 'closed' | 'open' | 'half-open'
}

/** What the gateway counts, beside the process itself. */
export interface GatewayMetrics {
  answered(route: string, method: string, status: number): void
  /** From the asking of a service to the head of its answer. */
  asked(service: string, ms: number): void
  retried(service: string): void
  limited(by: 'user' | 'address'): void
  streams(change: 1 | -1): void
  /** Its state is read at each scrape. */
  watch(service: string, breaker: Breaker): void
}

const levels = { closed: 0, open: 1, 'half-open': 2 } as const
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export const createGatewayMetrics = (registry: Registry): GatewayMetrics => {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const answered = counter('gateway_requests_total', 'Answers to callers', ['route', 'method', 'status'])
  const retried = counter('gateway_retries_total', 'Calls of a service that were made again', ['service'])
  const limited = counter('gateway_limited_total', 'Requests over a rate limit', ['by'])
  const asked = new Histogram({
    name: 'gateway_upstream_seconds',
    help: 'Time until a service answered',
    labelNames: ['service'],
    buckets: seconds,
    registers,
  })
  const streams = new Gauge({ name: 'gateway_streams', help: 'Streams of events that are open', registers })
  const breakers = new Map<string, Breaker>()
  new Gauge({
    name: 'gateway_breaker_state',
    help: 'Circuit breaker of a service: 0 closed, 1 open, 2 half-open',
    labelNames: ['service'],
    registers,
    collect() {
      for (const [service, { state }] of breakers) this.set({ service }, levels[state])
    },
  })
  return {
    answered: (route, method, status) => answered.inc({ route, method, status }),
    asked: (service, ms) => asked.observe({ service }, ms / 1_000),
    retried: (service) => retried.inc({ service }),
    limited: (by) => limited.inc({ by }),
    streams: (change) => streams.inc(change),
    watch: (service, breaker) => void breakers.set(service, breaker),
  }
}
