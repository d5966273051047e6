import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import type { Bus } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { until } from '../../kit/kafka/scratch.ts'
import { consumedBy, groupOf } from '../../services/contracts/catalogue.ts'
import { topicsOf } from '../../services/contracts/topics.ts'

/** One service of the whole shop on a broker of its own, seen from outside; its events are published by the test. */
export interface Stage {
  readonly bus: Bus
  readonly fleet: Fleet
  /** Answers of the first instance. */
  get<T>(path: string): Promise<T>
  request(path: string, method?: string): Promise<{ status: number; body: string }>
  /** Until the service's group has read all there is. */
  untilRead(): Promise<void>
  leave(): Promise<void>
}

export interface StageOptions {
  readonly service: string
  readonly instances?: number
  readonly env?: Readonly<Record<string, string>>
}

export const openStage = async ({ service, instances = 1, env = {} }: StageOptions): Promise<Stage> => {
  const dir = mkdtempSync(path.join(tmpdir(), `shop-${service}-`))
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  const bus = createBus({ brokers: [broker.brokers], clientId: `${service}-test`, log: () => {} })
  await bus.createTopics(topicsOf(service, 6, 'whole'))
  const fleet = await startFleet({
    brokers: [broker.brokers],
    dir: path.join(dir, 'data'),
    logDir: path.join(dir, 'logs'),
    ports: 'free',
    services: [{ name: service, instances }],
    env: { LOG_LEVEL: 'warn', SHOP: 'whole', SESSION_TIMEOUT_MS: '6000', ...env },
  })
  await fleet.waitReady()
  const request: Stage['request'] = async (where, method = 'GET') => {
    const response = await fetch(fleet.url(service) + where, { method, signal: AbortSignal.timeout(30_000) })
    return { status: response.status, body: await response.text() }
  }
  return {
    bus,
    fleet,
    request,
    get: async <T>(where: string) => JSON.parse((await request(where)).body) as T,
    untilRead: () =>
      until(
        async () => {
          const lags = await bus.lag(groupOf(service), consumedBy(service, 'whole'))
          return lags.every(({ lag }) => lag === 0n)
        },
        'all is read',
        60_000,
      ),
    leave: async () => {
      await bus.close()
      await fleet.stop()
      await broker.stop()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
