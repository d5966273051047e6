import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createBus } from '../kafka/create-bus.ts'
import { withDeadline } from '../kafka/deadline.ts'
import { createLedger } from '../store/create-ledger.ts'
import { openStore } from '../store/open-store.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createTracing } from '../telemetry/tracing.ts'
import { createFaults } from './faults.ts'
import { createNarrator } from './narrator.ts'
import { publishTo } from './outbound.ts'
import type { Parts } from './parts.ts'
import { createRelay } from './relay.ts'
import type { BaseSettings } from './settings.ts'
import type { ServiceSpec } from './spec.ts'
import { createSwitches } from './switches/switches.ts'
import { unsafeLedger } from './switches/unsafe-ledger.ts'

const LAG_MS = 500

/** Where a service's tables are: as it is told, or in a file of its own, whose folder is made. */
export const databaseUrl = (name: string, settings: BaseSettings): string => {
  if (settings.DATABASE_URL !== undefined) return settings.DATABASE_URL
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 })
  return join(settings.DATA_DIR, `${name}.db`)
}

/** Opens all that a service stands on: database, Kafka, outbox relay, counters. Throws StoreFault when the database cannot be opened; Kafka may come later. */
export const openParts = async <DB, Settings extends BaseSettings>(
  spec: ServiceSpec<DB, Settings>,
  log: Logger,
): Promise<Parts<DB, Settings>> => {
  const { name, settings } = spec
  // Two instances that took each other's rows for their own would publish them twice.
  const owner = `${name}-${settings.INSTANCE ?? settings.PORT}`
  const faults = createFaults({
    ...(settings.CRASH_AT === undefined ? {} : { crashAt: settings.CRASH_AT }),
    ...(settings.CRASH_LOG === undefined ? {} : { log: settings.CRASH_LOG }),
  })
  const store = await openStore<DB>({ url: databaseUrl(name, settings), migrations: spec.migrations })
  const switches = createSwitches(faults)
  const ledger = unsafeLedger(createLedger(store), switches)
  const bus = createBus({
    brokers: settings.KAFKA_BROKERS,
    clientId: owner,
    log: ({ level, message, extra }) => log[level]({ kafka: extra }, message),
  })
  const now = Date.now
  const metrics = createMetrics(name, {
    now,
    backlog: () => ledger.backlog(),
    // A broker that does not answer must not keep the counts that need none from whoever asks.
    lag: () => withDeadline(bus.lag(spec.group), LAG_MS, () => []).catch(() => []),
  })
  const narrator = createNarrator(process.stdout)
  const kafka = publishTo(bus)
  const relay = createRelay({
    ledger,
    owner,
    faults,
    now,
    // The group gives a dead instance's partitions to others after a session; what it had not sent yet goes over with them.
    adoptAfterMs: settings.SESSION_TIMEOUT_MS,
    publish: spec.publish?.(kafka, { narrator, log }) ?? kafka,
    onFailure: (error) => {
      metrics.publishFailed()
      log.warn({ error: String(error) }, 'cannot publish yet; the events stay in the outbox')
    },
    onPublished: (rows) => {
      for (const row of rows) metrics.published(row.topic, 1)
    },
  })
  const tracing = await createTracing(name, settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
  return {
    service: name,
    settings,
    owner,
    store,
    ledger,
    bus,
    relay,
    metrics,
    tracing,
    faults,
    switches,
    narrator,
    log,
    now,
  }
}
