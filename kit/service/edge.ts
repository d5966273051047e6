import type { Express } from 'express'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { withDeadline } from '../kafka/deadline.ts'
import { countProcess } from '../telemetry/process-metrics.ts'
import type { Tracing } from '../telemetry/spans.ts'
import { createTracing } from '../telemetry/tracing.ts'
import { controlDoor } from './http/control.ts'
import { Problem } from './http/problem.ts'
import { createShell } from './http/shell.ts'
import { runProcess } from './run-process.ts'
import { serve } from './serve.ts'
import type { HttpSettings } from './settings.ts'
import type { RunningService } from './start.ts'
import { createSwitchboard, type Switchboard } from './switches/switchboard.ts'

/** What a service at the edge is given to build itself from: HTTP alone, with neither Kafka nor a database. */
export interface EdgeParts<Settings extends HttpSettings> {
  readonly settings: Settings
  readonly log: Logger
  readonly tracing: Tracing
  /** For failure toggles of its own. */
  readonly board: Switchboard
  /** For counters of its own. */
  readonly registry: Registry
}

export interface Edge {
  mount(app: Express): void
  /** Asked at each `GET /ready`. */
  isReady(): Promise<boolean>
  stop(): Promise<void>
}

export interface EdgeSpec<Settings extends HttpSettings> {
  readonly name: string
  readonly settings: Settings
  readonly open: (parts: EdgeParts<Settings>) => Promise<Edge>
}

/** How long requests that are under way have to come to their end when the service is stopped. */
const graceMs = 2_500

/** Whoever sends slowly is noticed soon: strangers reach this server. */
const watchful = { connectionsCheckingInterval: 1_000 }

/** Opens and serves a service that has HTTP alone. It has the same health, metrics, toggles and limits as the others. */
const startEdge = async <Settings extends HttpSettings>(
  { name, settings, open }: EdgeSpec<Settings>,
  log: Logger,
): Promise<RunningService> => {
  const registry = new Registry()
  registry.setDefaultLabels({ service: name })
  countProcess(registry)
  const board = createSwitchboard(Date.now)
  const tracing = await createTracing(name, settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
  const edge = await open({ settings, log, tracing, board, registry })
  let stopping = false
  const app = createShell({
    service: name,
    mount: edge.mount,
    isReady: async () => !stopping && (await edge.isReady()),
    isAlive: () => true,
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    onError: (error, { method }) => {
      if (!(error instanceof Problem)) log.error({ error: String(error), method }, 'request failed')
    },
    control: settings.CONTROL_TOKEN === undefined ? undefined : controlDoor(settings.CONTROL_TOKEN, board),
  })
  const server = await serve(app, settings, watchful)
  log.info({ port: server.port }, 'listening')
  return {
    port: server.port,
    stop: async () => {
      stopping = true
      await withDeadline(server.drain(), graceMs, () => undefined)
      await server.close()
      await edge.stop()
      await tracing.stop().catch(() => undefined)
    },
  }
}

/** Runs it as a process: see run-process.ts. */
export const runEdge = <Settings extends HttpSettings>(name: string, spec: () => EdgeSpec<Settings>): Promise<void> =>
  runProcess(name, spec, startEdge)
