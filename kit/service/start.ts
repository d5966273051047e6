import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { RunningConsumer } from './consumer.ts'
import { createApp } from './http/app.ts'
import { controlDoor } from './http/control.ts'
import { openParts } from './open-parts.ts'
import type { BaseSettings } from './settings.ts'
import type { Background, ServiceSpec } from './spec.ts'
import { makeTopics, startPruning } from './upkeep.ts'

/** Idle connections are kept longer than clients and proxies keep theirs: whoever closes first must not be we, while a request is on its way. */
const limits = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 65_000 }

const listen = (server: Server, settings: BaseSettings): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`PORT=${settings.PORT}: another program listens there`) : error),
    )
    server.listen(settings.PORT, settings.HOST, () => resolve((server.address() as AddressInfo).port))
  })

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
  let stopping = false
  const token = spec.settings.CONTROL_TOKEN
  const app = createApp({
    service: spec.name,
    version: spec.version,
    routes: spec.routes(parts),
    isReady: () => !stopping && (consumer?.isReady() ?? false),
    isAlive: () => consumer?.isHealthy() ?? true,
    metrics: () => parts.metrics.text(),
    onError: (error, request) => log.error({ error: String(error), ...request }, 'request failed'),
    beforeHandling: () => parts.faults.passing('http.before-tx'),
    control: token === undefined ? undefined : controlDoor(token, parts.switches.board),
  })
  const server = createServer(limits, app)
  const port = await listen(server, spec.settings)
  log.info({ port }, 'listening')
  parts.relay.start()
  const pruning = startPruning(parts)
  void makeTopics(parts, spec.topics, () => stopping).then(() => {
    if (stopping) return
    consumer = spec.consume(parts, onFatal)
    background = spec.background?.(parts)
  })
  return {
    port,
    stop: async () => {
      stopping = true
      clearInterval(pruning)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await background?.stop()
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
