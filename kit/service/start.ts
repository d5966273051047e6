import type { Logger } from 'pino'
import type { RunningConsumer } from './consumer.ts'
import { createApp } from './http/app.ts'
import { type Authenticate, createAuthenticate } from './http/auth.ts'
import { controlDoor } from './http/control.ts'
import { openParts } from './open-parts.ts'
import type { Parts } from './parts.ts'
import { serve } from './serve.ts'
import type { BaseSettings } from './settings.ts'
import type { Background, ServiceSpec } from './spec.ts'
import { makeTopics, startPruning } from './upkeep.ts'

/** Without an issuer nobody is asked for a token, and what would check one is not even loaded. */
const authenticateBy = async <DB, Settings extends BaseSettings>(
  { settings, authenticate }: ServiceSpec<DB, Settings>,
  parts: Parts<DB, Settings>,
): Promise<Authenticate | undefined> => {
  if (authenticate !== undefined) return authenticate(parts)
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = settings
  return issuer === undefined ? undefined : createAuthenticate({ issuer, audience })
}

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
  const parts = await openParts(spec, log)
  await spec.prepare?.(parts)
  let consumer: RunningConsumer | null = null
  let background: Background | undefined
  let hasTopics = false
  let stopping = false
  const token = spec.settings.CONTROL_TOKEN
  const authenticate = await authenticateBy(spec, parts)
  const app = createApp({
    service: spec.name,
    version: spec.version,
    routes: spec.routes(parts),
    isReady: () => !stopping && hasTopics && (consumer?.isReady() ?? spec.consume === undefined),
    isAlive: () => consumer?.isHealthy() ?? true,
    metrics: () => parts.metrics.text(),
    onError: (error, request) => log.error({ error: String(error), ...request }, 'request failed'),
    beforeHandling: () => parts.faults.passing('http.before-tx'),
    control: token === undefined ? undefined : controlDoor(token, parts.switches.board),
    authenticate,
    guests: spec.settings.LOCAL_GUESTS,
  })
  const server = await serve(app, spec.settings)
  log.info({ port: server.port }, 'listening')
  parts.relay.start()
  const pruning = startPruning(parts)
  void makeTopics(parts, spec.topics, () => stopping).then(() => {
    if (stopping) return
    hasTopics = true
    consumer = spec.consume?.(parts, onFatal) ?? null
    background = spec.background?.(parts)
  })
  return {
    port: server.port,
    stop: async () => {
      stopping = true
      clearInterval(pruning)
      void server.drain()
      await background?.stop()
      await consumer?.stop(2_500)
      await server.close()
      await parts.relay.stop(1_000)
      await parts.tracing.stop().catch(() => undefined)
      await parts.bus.close()
      await parts.store.close()
    },
  }
}
