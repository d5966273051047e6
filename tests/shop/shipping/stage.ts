import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBroker } from '../../../cli/broker/throwaway.ts'
import { startFleet } from '../../../cli/shop/fleet.ts'
import type { LogRecord } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import {
  consumedBy,
  type DataOf,
  type EventName,
  type EventOf,
  type NewEvent,
  producedBy,
} from '../../../services/contracts/catalogue.ts'
import { encodeEvent } from '../../../services/contracts/codec.ts'

export type Said = EventOf<
  'shipping.shipment.created' | 'shipping.shipment.updated' | 'shipping.shipment.status-changed' | 'shipping.saga.reply'
>

export const orderOf = (orderId: string): DataOf<'stock-reserved'> => ({
  ...{ orderId, productId: 201, quantity: 1, amount: 10, userId: 'ann' },
})
export const ledOrderOf = (orderId: string) => ({ ...orderOf(orderId), saga: 'orchestration' as const })

/** Two instances of shipping on a broker of their own; the test plays the rest of the shop. */
export async function openStage(env: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(path.join(tmpdir(), 'shop-shipping-'))
  const broker = await startBroker({
    dir: path.join(dir, 'kafka'),
    settings: () => 'group.min.session.timeout.ms=500\n',
  })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'shipping-test', log: () => {} })
  const fleet = await startFleet({
    brokers: [broker.brokers],
    dir: path.join(dir, 'data'),
    logDir: path.join(dir, 'logs'),
    ports: 'free',
    services: [{ name: 'shipping', instances: 2 }],
    env: { SHOP: 'whole', LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '3000', ...env },
  })
  const close = async () => {
    await bus.close()
    await fleet.stop()
    await broker.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  await fleet.waitReady(60_000)

  const record = (event: NewEvent<EventName>) => {
    const { topic, key, payload } = encodeEvent(event, 'test', null, Date.now())
    return { topic, key, value: payload }
  }
  const readTopics = async (topics: readonly string[]): Promise<LogRecord[]> => {
    const records: LogRecord[] = []
    await bus.read(topics, (one) => void records.push(one))
    return records
  }
  /** Whether shipping has read all there is. */
  const hasRead = async () =>
    (await bus.lag('shipping-group', consumedBy('shipping', 'whole'))).every(({ lag }) => lag === 0n)
  return {
    bus,
    fleet,
    close,
    publish: (events: readonly NewEvent<EventName>[]) => bus.send(events.map(record)),
    /** All that shipping said, an event once, by the order that it is about. */
    said: async (): Promise<Map<string, Said[]>> => {
      const events = new Map<string, Said>()
      for (const { value } of await readTopics(producedBy('shipping', 'whole'))) {
        const event = JSON.parse(String(value)) as Said
        if (!events.has(event.eventId)) events.set(event.eventId, event)
      }
      return Map.groupBy(events.values(), ({ data }) => data.orderId)
    },
    deadLetters: () => readTopics(consumedBy('shipping', 'whole').map((topic) => `${topic}-dlq`)),
    hasRead,
    untilRead: () => until(hasRead, 'shipping has read everything', 60_000),
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>
