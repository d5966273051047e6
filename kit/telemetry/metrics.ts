import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { countProcess } from './process-metrics.ts'

/** What a service counts. Names and labels are what the dashboards of docs/operations.md expect. */
export interface Metrics {
  /** For what a service counts besides; its text is part of `text`. */
  readonly registry: Registry
  published(topic: string, count: number): void
  consumed(topic: string, count: number): void
  duplicate(topic: string, count: number): void
  /** Handlers that threw; the event is tried again. */
  failed(topic: string, count: number): void
  retried(count: number): void
  deadLettered(count: number): void
  /** From the order's placing to its end, in ms. */
  criticalTime(ms: number): void
  publishFailed(): void
  text(): Promise<{ contentType: string; text: string }>
}

/** Read at each scrape, so that an idle service costs nothing. Ages in ms; null where nothing waits. */
export interface Probes {
  backlog(): Promise<{ unsent: number; oldest: number | null; parked: number }>
  lag(): Promise<readonly { topic: string; partition: number; lag: bigint }[]>
  now(): number
}

const criticalTimeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export const createMetrics = (service: string, probes: Probes): Metrics => {
  const registers = [new Registry()]
  const [register] = registers as [Registry]
  register.setDefaultLabels({ service })
  countProcess(register)
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const published = counter('kafka_events_published_total', 'Events acknowledged by the broker', ['topic'])
  const consumed = counter('kafka_events_consumed_total', 'Events applied, each once', ['topic'])
  const duplicates = counter('kafka_events_duplicate_total', 'Deliveries that the inbox dropped', ['topic'])
  const failed = counter('kafka_events_failed_total', 'Handlers that threw', ['topic'])
  const retried = counter('kafka_events_retried_total', 'Further tries of events that failed')
  const deadLettered = counter('kafka_events_dead_lettered_total', 'Records given up to a dead-letter topic')
  const publishFailures = counter('kafka_publish_failures_total', 'Sends that the broker did not acknowledge')
  const critical = new Histogram({
    name: 'saga_critical_time_seconds',
    help: 'From the placing of an order to its end',
    buckets: criticalTimeBuckets,
    registers,
  })
  new Gauge({
    name: 'outbox_unsent_rows',
    help: 'Events committed and not yet acknowledged by the broker',
    registers,
    async collect() {
      const { unsent, oldest, parked } = await probes.backlog()
      this.set(unsent)
      oldestAge.set(oldest === null ? 0 : (probes.now() - oldest) / 1000)
      waiting.set(parked)
    },
  })
  const oldestAge = new Gauge({ name: 'outbox_oldest_age_seconds', help: 'Age of the oldest of them', registers })
  const waiting = new Gauge({ name: 'events_parked', help: 'Events that wait for another try', registers })
  new Gauge({
    name: 'kafka_consumer_lag',
    help: 'Records behind the committed offset',
    labelNames: ['topic', 'partition'],
    registers,
    async collect() {
      for (const { topic, partition, lag } of await probes.lag()) this.set({ topic, partition }, Number(lag))
    },
  })
  return {
    registry: register,
    published: (topic, count) => published.inc({ topic }, count),
    consumed: (topic, count) => consumed.inc({ topic }, count),
    duplicate: (topic, count) => duplicates.inc({ topic }, count),
    failed: (topic, count) => failed.inc({ topic }, count),
    retried: (count) => retried.inc(count),
    deadLettered: (count) => deadLettered.inc(count),
    criticalTime: (ms) => critical.observe(ms / 1000),
    publishFailed: () => publishFailures.inc(),
    text: async () => ({ contentType: register.contentType, text: await register.metrics() }),
  }
}
