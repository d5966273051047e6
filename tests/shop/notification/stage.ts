import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { createJsonClient, type JsonClient } from '../../../cli/shop/http-client.ts'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import type { DataOf, EventName } from '../../../services/contracts/catalogue.ts'
import { clientSecret } from './identity.fixture.ts'

export interface Shown {
  readonly id: string
  readonly orderId: string | null
  readonly userId: string | null
  readonly kind: string
  readonly channel: string
  readonly status: string
  readonly reason: string | null
  readonly attempts: number
  readonly dueAt: string
  readonly title: string | null
  readonly text: string
}

/** The notification service as processes, on a broker of its own; a test plays the rest of the shop by publishing its events. */
export interface Stage {
  readonly dir: string
  readonly bus: Bus
  readonly fleet: Fleet
  readonly http: JsonClient
  /** What the service printed. */
  readonly lines: string[]
  /** Publishes as many events as there are data, under ids that follow from what they say. */
  publish<N extends EventName>(type: N, ...data: (DataOf<N> & { eventId?: string })[]): Promise<void>
  /** As this instance answers; default: the first. */
  messages(query?: string, instance?: number): Promise<Shown[]>
  /** The lines that name this order and contain these words. */
  printed(orderId: string, words: string): string[]
  stop(): Promise<void>
}

const keyField = (type: EventName): string =>
  type.startsWith('identity.')
    ? 'userId'
    : type.startsWith('stock-') && type !== 'stock-reserved'
      ? 'productId'
      : 'orderId'

export interface StageOptions {
  readonly instances?: number
  /** Starts what has to be there first, and names what the service is told of it. Stopped with the stage. */
  readonly beside?: (place: { brokers: string; dir: string; clientSecret: string }) => Promise<{
    env: Readonly<Record<string, string>>
    stop(): Promise<unknown>
  }>
}

export const startStage = async (
  env: Readonly<Record<string, string>> = {},
  { instances = 1, beside }: StageOptions = {},
): Promise<Stage> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'notification-'))
  const secretFile = path.join(dir, 'client-secret')
  writeFileSync(secretFile, `${clientSecret}\n`, { mode: 0o600 })
  const lines: string[] = []
  let broker: ThrowawayBroker | undefined
  let fleet: Fleet | undefined
  let bus: Bus | undefined
  let companion: Awaited<ReturnType<NonNullable<StageOptions['beside']>>> | undefined
  let clients: readonly JsonClient[] = []
  const stop = async (): Promise<void> => {
    for (const client of clients) client.close()
    await bus?.close()
    await fleet?.stop()
    await companion?.stop()
    await broker?.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    broker = await startBroker({ dir: path.join(dir, 'kafka') })
    companion = await beside?.({ brokers: broker.brokers, dir, clientSecret })
    fleet = await startFleet({
      brokers: [broker.brokers],
      dir: path.join(dir, 'data'),
      logDir: path.join(dir, 'logs'),
      ports: 'free',
      services: [{ name: 'notification', instances }],
      env: {
        ...{ SHOP: 'whole', LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '1500', TOPIC_PARTITIONS: '2' },
        ...{ CLIENT_SECRET_FILE: secretFile, MESSAGE_RETRY_FIRST_DELAY_MS: '100' },
        ...companion?.env,
        ...env,
      },
      onLine: (_service, _instance, line) => lines.push(line),
    })
    await fleet.waitReady(60_000)
    bus = createBus({ brokers: [broker.brokers], clientId: 'test', log: () => {} })
    clients = fleet.services.map(({ url }) => createJsonClient(url, 2))
  } catch (error) {
    await stop()
    throw error
  }
  const ownBus = bus
  return {
    dir,
    bus: ownBus,
    fleet,
    http: clients[0]!,
    lines,
    publish: async (type, ...all) => {
      await ownBus.send(
        all.map(({ eventId, ...data }) => {
          const key = String((data as Record<string, unknown>)[keyField(type)])
          const envelope = {
            eventId: eventId ?? `${type}.${key}`,
            eventType: type,
            version: type === 'identity.user.created' || type === 'identity.user.updated' ? 2 : 1,
            timestamp: new Date().toISOString(),
            data,
          }
          return { topic: type, key, value: JSON.stringify(envelope) }
        }),
      )
    },
    messages: async (query = '', instance = 0) => {
      const { status, body } = await clients[instance]!.get(`/api/notifications?limit=500&${query}`)
      if (status !== 200) throw new Error(body)
      return (JSON.parse(body) as { notifications: Shown[] }).notifications
    },
    printed: (orderId, words) => lines.filter((line) => line.includes(orderId) && line.includes(words)),
    stop,
  }
}
