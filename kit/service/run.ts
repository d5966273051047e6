import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { TopicSpec } from '../kafka/bus.ts'
import { createBus } from '../kafka/create-bus.ts'
import { createLedger } from '../store/create-ledger.ts'
import { openStore } from '../store/open-store.ts'
import type { Migration } from '../store/store.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createTracing } from '../telemetry/tracing.ts'
import type { RunningConsumer } from './consumer.ts'
import { createFaults } from './faults.ts'
import { createApp } from './http/app.ts'
import type { Route } from './http/route.ts'
import { createNarrator } from './narrator.ts'
import { publishTo } from './outbound.ts'
import type { Parts } from './parts.ts'
import { createRelay, type Publish } from './relay.ts'
import type { BaseSettings } from './settings.ts'

/** A service, as its main.ts describes it. */
export interface ServiceSpec<DB, Settings extends BaseSettings> {
  readonly name: string
  readonly group: string
  readonly version: string
  readonly settings: Settings
  readonly migrations: readonly Migration[]
  /** Topics that it reads or writes; those that are missing are made. */
  readonly topics: readonly TopicSpec[]
  /** Other ways out of the outbox than Kafka. */
  readonly publish?: (kafka: Publish, parts: Pick<Parts<DB, Settings>, 'narrator' | 'log'>) => Publish
  /** Work that must be done before anything is consumed or served. */
  readonly prepare?: (parts: Parts<DB, Settings>) => Promise<void>
  readonly routes: (parts: Parts<DB, Settings>) => readonly Route[]
  readonly consume: (parts: Parts<DB, Settings>, onFatal: (error: Error) => void) => RunningConsumer
}

const listen = (server: Server, settings: BaseSettings): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`PORT=${settings.PORT}: another program listens there`) : error),
    )
    server.listen(settings.PORT, settings.HOST, () => resolve((server.address() as AddressInfo).port))
  })

const databaseUrl = (name: string, settings: BaseSettings): string => {
  if (settings.DATABASE_URL !== undefined) return settings.DATABASE_URL
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 })
  return join(settings.DATA_DIR, `${name}.db`)
}

const openParts = async <DB, Settings extends BaseSettings>(spec: ServiceSpec<DB, Settings>, log: Logger) => {
  const { name, settings } = spec
  const faults = createFaults({
    ...(settings.CRASH_AT === undefined ? {} : { crashAt: settings.CRASH_AT }),
    ...(settings.CRASH_LOG === undefined ? {} : { log: settings.CRASH_LOG }),
  })
  const store = await openStore<DB>({ url: databaseUrl(name, settings), migrations: spec.migrations })
  const ledger = createLedger(store)
  const bus = createBus({
    brokers: settings.KAFKA_BROKERS,
    clientId: `${name}-${settings.INSTANCE}`,
    log: ({ level, message, extra }) => log[level]({ kafka: extra }, message),
  })
  const now = Date.now
  const metrics = createMetrics(name, { now, backlog: () => ledger.backlog(), lag: () => bus.lag(spec.group) })
  const narrator = createNarrator(process.stdout)
  const owner = `${name}-${settings.INSTANCE}`
  const kafka = publishTo(bus)
  const relay = createRelay({
    ledger,
    owner,
    faults,
    now,
    publish: spec.publish?.(kafka, { narrator, log }) ?? kafka,
    onFailure: (error) => {
      metrics.publishFailed()
      log.warn({ error: String(error) }, 'cannot publish yet; the events stay in the outbox')
    },
    onPublished: (rows) => {
      for (const row of rows) metrics.published(row.topic, 1)
    },
  })
  const tracing = createTracing(name, settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
  return { service: name, settings, owner, store, ledger, bus, relay, metrics, tracing, faults, narrator, log, now }
}

const longestPauseMs = 5_000

/** Creates missing topics, waiting for a Kafka that is not there yet. */
const makeTopics = async (
  { bus, log }: Pick<Parts<unknown>, 'bus' | 'log'>,
  topics: readonly TopicSpec[],
  isStopped: () => boolean,
): Promise<void> => {
  for (let attempt = 0; !isStopped(); attempt++) {
    try {
      await bus.createTopics(topics)
      return
    } catch (error) {
      log.warn({ error: String(error), attempt }, 'Kafka does not answer yet; trying again')
      await new Promise((resolve) => setTimeout(resolve, Math.min(longestPauseMs, 250 * 2 ** attempt)))
    }
  }
}

const pruneEveryMs = 60_000
const keepSentMs = 3_600_000
const perPrune = 5_000

const startPruning = ({
  ledger,
  settings,
  now,
  log,
}: Pick<Parts<unknown>, 'ledger' | 'settings' | 'now' | 'log'>): NodeJS.Timeout =>
  setInterval(() => {
    ledger
      .prune({ outbox: now() - keepSentMs, inbox: now() - settings.INBOX_DAYS * 86_400_000 }, perPrune)
      .catch((error) => log.warn({ error: String(error) }, 'pruning failed'))
  }, pruneEveryMs)

export interface RunningService {
  readonly port: number
  /** Leaves its group, publishes what is at hand, closes everything; at most about 4.5 s. */
  stop(): Promise<void>
}

/** Opens everything, serves and consumes. HTTP answers first, so that `/live` and `/ready` can tell how far it is. */
export const startService = async <DB, Settings extends BaseSettings>(
  spec: ServiceSpec<DB, Settings>,
  log: Logger,
  onFatal: (error: Error) => void,
): Promise<RunningService> => {
  const parts: Parts<DB, Settings> = await openParts(spec, log)
  await spec.prepare?.(parts)
  let consumer: RunningConsumer | null = null
  let stopping = false
  const app = createApp({
    service: spec.name,
    version: spec.version,
    routes: spec.routes(parts),
    isReady: () => !stopping && (consumer?.isReady() ?? false),
    isAlive: () => consumer?.isHealthy() ?? true,
    metrics: () => parts.metrics.text(),
    onError: (error, request) => log.error({ error: String(error), ...request }, 'request failed'),
    beforeHandling: () => parts.faults.passing('http.before-tx'),
  })
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, app)
  const port = await listen(server, spec.settings)
  log.info({ port }, 'listening')
  parts.relay.start()
  const pruning = startPruning(parts)
  void makeTopics(parts, spec.topics, () => stopping).then(() => {
    if (!stopping) consumer = spec.consume(parts, onFatal)
  })
  return {
    port,
    stop: async () => {
      stopping = true
      clearInterval(pruning)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await consumer?.stop(2_500)
      server.closeAllConnections()
      await closed
      await parts.relay.stop(1_000)
      await parts.tracing.stop().catch(() => undefined)
      await parts.bus.close()
      await parts.store.close()
    },
  }
}

const exitDeadlineMs = 4_700

/** Runs a service as a process: SIGTERM or SIGINT ends it in order with exit code 0, a fault that it cannot outlive with 1. */
export const runService = async <DB, Settings extends BaseSettings>(
  name: string,
  spec: () => ServiceSpec<DB, Settings>,
): Promise<void> => {
  const log = pino({ name, level: process.env.LOG_LEVEL || 'info' }, pino.destination({ dest: 2, sync: true }))
  let service: RunningService | null = null
  let ending = false
  const end = async (code: number): Promise<void> => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(code || 1), exitDeadlineMs).unref()
    await service?.stop().catch((error) => log.error({ error: String(error) }, 'stopping failed'))
    process.exit(code)
  }
  process.once('SIGTERM', () => void end(0))
  process.once('SIGINT', () => void end(0))
  try {
    service = await startService(spec(), log, (error) => {
      log.fatal({ error: error.message }, 'the consumer is dead; this process ends so that another can take its place')
      void end(1)
    })
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`)
    await end(1)
  }
}
