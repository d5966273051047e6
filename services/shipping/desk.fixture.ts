import type { TestContext } from 'node:test'
import { pino } from 'pino'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { createFaults } from '../../kit/service/faults.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { createProcessor } from '../../kit/service/processor.ts'
import { createSwitches } from '../../kit/service/switches/switches.ts'
import { createLedger } from '../../kit/store/create-ledger.ts'
import type { OutboxRow } from '../../kit/store/ledger.ts'
import { openStore } from '../../kit/store/open-store.ts'
import { catalogue, type DataOf, type EventName } from '../contracts/catalogue.ts'
import { createUseCases } from './application.ts'
import { createCarrier } from './carrier.ts'
import { subscription } from './messaging.ts'
import { createQueries } from './queries.ts'
import { shippingSettings } from './settings.ts'
import { migrations, type ShippingTables } from './storage.ts'

export const orderOf = (orderId: string): DataOf<'stock-reserved'> => ({
  orderId,
  productId: 201,
  quantity: 1,
  amount: 10,
  userId: 'ann',
})

let offset = 0n
/** A record as it lies on its topic. */
export const recordOf = (eventType: EventName, key: string, data: object): LogRecord => ({
  topic: eventType,
  partition: 0,
  offset: offset++,
  key: Buffer.from(key),
  value: Buffer.from(
    JSON.stringify({
      eventId: `${eventType}.${key}`,
      eventType,
      timestamp: '2026-03-01T10:00:00Z',
      version: catalogue[eventType].version,
      data,
    }),
  ),
  headers: {},
  timestamp: 0,
})
export const reserved = (orderId: string): LogRecord => recordOf('stock-reserved', orderId, orderOf(orderId))

export interface Clock {
  now: number
}

/** Shipping on a real database, without Kafka: what it would publish is in `said`. Several may share a database, as instances do. */
export const openDesk = async (
  t: TestContext,
  url: string,
  clock: Clock,
  env: Readonly<Record<string, string>> = {},
) => {
  const store = await openStore<ShippingTables>({ url, migrations })
  t.after(() => store.close())
  const settings = shippingSettings.parse(env)
  const said: OutboxRow[] = []
  const faults = createFaults({ kill: () => undefined })
  const parts = {
    service: 'shipping',
    settings,
    owner: 'shipping-0',
    store,
    ledger: createLedger(store),
    relay: { offer: (rows: readonly OutboxRow[]) => void said.push(...rows) },
    tracing: { produced: () => '' },
    faults,
    switches: createSwitches(faults, () => clock.now),
    narrator: { say: () => undefined },
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  } as unknown as Parts<ShippingTables>
  const carrier = createCarrier(settings, parts.switches.board)
  const work = subscription(parts, carrier)
  const processor = createProcessor({
    ...work,
    ...parts,
    consumer: work.group,
    retry: { retries: 0, firstDelayMs: 1, factor: 1 },
    random: Math.random,
    onCommitted: ({ outbox, handled }) => {
      said.push(...outbox)
      work.onHandled?.(handled)
    },
  })
  const useCases = createUseCases(parts, createQueries(store.db), carrier)
  return { useCases, process: processor.process, said, board: parts.switches.board }
}

/** The types of what was said about an order, with the status where there is one. */
export const storyOf = (said: readonly OutboxRow[], orderId: string): string[] =>
  said
    .filter(({ key }) => key === orderId)
    .map(({ topic, payload }) => {
      const { data } = JSON.parse(payload!) as { data: { status?: string } }
      return `${topic.split('.').at(-1)}${data.status === undefined ? '' : ` ${data.status}`}`
    })
