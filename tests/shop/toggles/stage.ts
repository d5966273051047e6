import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { probe } from '../../../cli/broker/probe.ts'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { createDeeds } from '../../../cli/shop/dashboard/deeds.ts'
import { type Door, doorOf, orderDesk } from '../../../cli/shop/door.ts'
import type { BreakableBroker } from '../../../cli/shop/faults/breakable-shop.ts'
import { createFaultDesk, type LocalDesk } from '../../../cli/shop/faults/desk.ts'
import type { FaultState } from '../../../cli/shop/faults/fault-desk.ts'
import { fleetShop } from '../../../cli/shop/faults/fleet-shop.ts'
import { newToken } from '../../../cli/shop/faults/host.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import { createJsonClient } from '../../../cli/shop/http-client.ts'
import { ensureSecrets } from '../../../cli/shop/secrets.ts'
import type { SHOP_PORTS } from '../../../cli/shop/usual-ports.ts'
import { wholeShop } from '../../../cli/shop/whole-shop.ts'
import type { Bus, LogRecord } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { until } from '../../../kit/kafka/scratch.ts'
import { consumedBy, groupOf, type ShopSize } from '../../../services/contracts/catalogue.ts'
import type { Deeds } from '../../../web/hub/ports.ts'

export type Service = keyof typeof SHOP_PORTS

/** A shop on a broker of its own, its failure desk, and what a test wants to know of both. */
export interface Stage {
  readonly broker: ThrowawayBroker
  readonly fleet: Fleet
  readonly bus: Bus
  readonly desk: LocalDesk
  /** Returns the order's id; rejects when it was not taken. */
  place(order?: object): Promise<string>
  /** The answer as it is. */
  tryPlace(order?: object): Promise<{ readonly status: number; readonly body: string }>
  /** Of the whole shop alone. */
  readonly deeds: Deeds | null
  placeMany(count: number): Promise<string[]>
  order(orderId: string): Promise<{ status: string; reason: string | null }>
  /** Waits until the order has that status. */
  ends(orderId: string, status: 'CONFIRMED' | 'CANCELLED'): Promise<void>
  /** Lines of the services' output that hold all of these words. */
  lines(...words: string[]): string[]
  get(service: Service, path: string): Promise<Record<string, unknown>>
  available(): Promise<number>
  records(...topics: string[]): Promise<LogRecord[]>
  lagOf(service: Service): Promise<bigint>
  /** The value of a counter in a service's /metrics, summed over its labels. */
  counter(service: Service, name: string): Promise<number>
  fault(id: string): Promise<FaultState>
  /** Switches a toggle on, and sees that its effect was seen. */
  confirmed(id: string, settings?: object): Promise<FaultState>
  /** Does anything come back from its address within a second? */
  answers(service: Service): Promise<boolean>
  pidOf(service: Service): number
  /** Orders with the partition of one of their events, once all of these are in the log. */
  partitionsOf(topic: string, orderIds: readonly string[]): Promise<Map<string, number>>
  /** The values of a header of a topic's dead letters. */
  lettersOf(topic: string, header: string): Promise<string[]>
  isOff(id: string): Promise<void>
  stop(): Promise<void>
}

const PRODUCT = { productId: 201, quantity: 2, amount: 1500, userId: 'ann' }
/** The machine may be busy; what is waited for is a condition. */
export const PATIENCE_MS = 90_000
const ANSWER_MS = 1_000

const handleOf = (broker: ThrowawayBroker): BreakableBroker => ({
  address: broker.brokers,
  pid: async () => ((await probe(broker.brokers, 300)).kind === 'silent' ? undefined : broker.pid()),
  freeze: broker.freeze,
  thaw: broker.thaw,
  restart: broker.restart,
})

/** The machine may be busy while it starts. */
const START_MS = 120_000

export const openStage = async (size: ShopSize = 'core'): Promise<Stage> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'shop-toggles-'))
  const undo: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return { ...(await open(dir, undo, size)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What it starts is to be stopped by `undo`, last first. */
const open = async (dir: string, undo: (() => Promise<void>)[], size: ShopSize): Promise<Omit<Stage, 'stop'>> => {
  const secrets = size === 'whole' ? ensureSecrets(dir) : null
  const said: string[] = []
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  undo.push(broker.stop)
  const token = newToken()
  const fleet = await startFleet({
    brokers: [broker.brokers],
    dir: path.join(dir, 'data'),
    logDir: path.join(dir, 'logs'),
    ports: 'free',
    ...(secrets === null ? {} : { services: wholeShop(secrets, {}) }),
    env: {
      LOG_LEVEL: 'warn',
      SESSION_TIMEOUT_MS: '3000',
      RETRY_FIRST_DELAY_MS: '20',
      TOPIC_PARTITIONS: '3',
      STOCK: '{"201":100000}',
      CONTROL_TOKEN: token,
    },
    onLine: (_service, _instance, line) => said.push(line),
  })
  undo.push(async () => void (await fleet.stop()))
  await fleet.waitReady(START_MS)
  const bus = createBus({ brokers: [broker.brokers], clientId: 'toggles-test', log: () => {} })
  const desk = createFaultDesk(fleetShop(fleet, { brokers: [broker.brokers], token, broker: handleOf(broker) }))
  undo.push(bus.close, () => desk.release())
  const deeds = secrets === null ? null : createDeeds({ urlOf: fleet.url.bind(fleet), secrets, bus: () => bus })
  const door = doorOf(fleet.services, secrets?.secretFile('lab') ?? '')
  const lines = (...words: string[]) => said.filter(holds(words))
  return { broker, fleet, bus, desk, deeds, lines, ...asking(fleet, door, bus, desk) }
}

const lookingAt = (fleet: Fleet, records: Stage['records']) => ({
  pidOf: (service: Service): number => fleet.services.find(({ name }) => name === service)?.pid ?? 0,
  answers: (service: Service): Promise<boolean> =>
    fetch(fleet.url(service), { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      () => true,
      () => false,
    ),
  partitionsOf: async (topic: string, orderIds: readonly string[]): Promise<Map<string, number>> => {
    const found = new Map<string, number>()
    const read = async (): Promise<boolean> => {
      for (const { key, partition } of await records(topic)) found.set(String(key), partition)
      return orderIds.every((orderId) => found.has(orderId))
    }
    await until(read, `${orderIds.length} orders are on ${topic}`, PATIENCE_MS)
    return found
  },
  lettersOf: async (topic: string, header: string): Promise<string[]> =>
    (await records(`${topic}-dlq`)).flatMap(({ headers }) => headers[header] ?? []),
})

const holds =
  (words: readonly string[]) =>
  (line: string): boolean =>
    words.every((word) => line.includes(word))

const asking = (fleet: Fleet, door: Door, bus: Bus, desk: LocalDesk) => {
  const text = async (service: Service, address: string): Promise<string> => {
    const client = createJsonClient(fleet.url(service), 1, door.authorize)
    try {
      return (await client.get(address)).body
    } finally {
      client.close()
    }
  }
  const get = async (service: Service, address: string) => JSON.parse(await text(service, address))
  const order: Stage['order'] = (orderId) => get('order', `/api/orders/${orderId}`)
  const tryPlace: Stage['tryPlace'] = async (wish = PRODUCT) => {
    const counter = orderDesk(door, 1)
    try {
      return await counter.place(JSON.stringify(wish))
    } finally {
      counter.close()
    }
  }
  const place: Stage['place'] = async (wish) => {
    const { status, body } = await tryPlace(wish)
    if (status !== 202) throw new Error(`${status} ${body}`)
    return (JSON.parse(body) as { orderId: string }).orderId
  }
  const fault: Stage['fault'] = async (id) => (await desk.list()).find((state) => state.id === id)!
  const records: Stage['records'] = async (...topics) => {
    const found: LogRecord[] = []
    await bus.read(topics, (record) => found.push(record))
    return found
  }
  return {
    ...{ get, order, place, tryPlace, fault, records },
    ...lookingAt(fleet, records),
    confirmed: async (id: string, settings: object = {}) => {
      const state = await desk.inject(id, settings)
      assert.equal(state.phase, 'confirmed')
      assert.ok(state.since !== undefined)
      return state
    },
    placeMany: (count: number) => Promise.all(Array.from({ length: count }, () => place())),
    ends: (orderId: string, status: string) =>
      until(async () => (await order(orderId)).status === status, `order ${orderId} is ${status}`, PATIENCE_MS),
    isOff: (id: string) => until(async () => (await fault(id)).phase === 'off', `${id} is off`, PATIENCE_MS),
    available: async () => {
      const { stock } = (await get('inventory', '/api/stock')) as { stock: { available: number }[] }
      return stock[0]?.available ?? 0
    },
    // By its topics: a partition that it has never read is not among what its group has committed.
    lagOf: async (service: Service) =>
      (await bus.lag(groupOf(service), consumedBy(service))).reduce((sum, { lag }) => sum + lag, 0n),
    counter: async (service: Service, name: string) =>
      (await text(service, '/metrics'))
        .split('\n')
        .filter((line) => line.startsWith(name))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
  }
}
