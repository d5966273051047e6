import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { gathering } from '../../cli/shop/whole-shop.ts'
import type { Bus } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { eventNames } from '../../services/contracts/catalogue.ts'
import { body, brief, endlessStock, type MeasuredShop, measure, type SagaOptions } from './shop-load.ts'
import { atMost, type Target } from './target.ts'
import { round } from './usage.ts'

const READY_MS = 60_000
/** All that an order passes in the whole shop; the gateway and the users would only stand before both kinds alike. */
const services = ['order', 'payment', 'inventory', 'shipping', 'notification', 'analytics', 'recommendation']

const kinds = {
  choreography: body,
  orchestration: () => ({ ...body(), saga: 'orchestration' }),
}

/** Records on all topics of the catalogue. */
const recordsOn = async (bus: Bus): Promise<number> => {
  let count = 0n
  for (const { partitions } of await bus.topics(eventNames)) for (const { high } of partitions) count += high
  return Number(count)
}

const measureKind = async (shop: MeasuredShop, bus: Bus, order: () => object, sustained: number) => {
  const before = await recordsOn(bus)
  const usual = await measure(shop, 167, Math.min(20, sustained), order)
  const messages = (await recordsOn(bus)) - before
  const max = await measure(shop, 'max', sustained, order)
  return {
    at_167: brief(usual.outcome),
    at_max: brief(max.outcome),
    orders_per_s: max.outcome.orders_per_s,
    messages_per_order: round(messages / usual.outcome.ended, 2),
    cpu_s_per_1000_orders_at_167: usual.cpuPer1000,
    cpu_s_per_1000_orders: max.cpuPer1000,
  }
}

/** The same orders, services and broker, once as events that each service acts on by itself and once led by commands and replies. */
export const compareKinds = async ({ sustained = 60, signal, say = () => undefined }: SagaOptions) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-kinds-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'bench', log: () => undefined })
  let fleet: Fleet | null = null
  try {
    fleet = await startFleet({
      ...{ brokers: [broker.brokers], dir: join(dir, 'data'), logDir: join(dir, 'logs'), ports: 'free' },
      services: services.map((name) => ({ name })),
      // Parcels stand still: their way to the door would be four more events an order.
      env: { SHOP: 'whole', ...gathering({}), LOG_LEVEL: 'warn', STOCK: endlessStock, CARRIER_STEP_MS: '0' },
      ...(signal === undefined ? {} : { signal }),
    })
    await fleet.waitReady(READY_MS)
    const shop = { fleet, database: join(dir, 'data', 'order.db'), signal }
    say('warm up for 45 s, with both kinds: the first one measured must not pay for the compilers')
    let n = 0
    await measure(shop, 200, 45, () => (n++ % 2 === 0 ? kinds.choreography() : kinds.orchestration()))
    const figures: Record<string, Awaited<ReturnType<typeof measureKind>>> = {}
    const targets: Target[] = []
    for (const [kind, order] of Object.entries(kinds)) {
      say(`${kind}: 167 orders/s, then the highest rate for ${sustained} s`)
      const measured = await measureKind(shop, bus, order, sustained)
      figures[kind] = measured
      targets.push(
        atMost(`p99_ms of ${kind} at 167/s`, measured.at_167.p99_ms, 120),
        atMost(`lost by ${kind}`, measured.at_167.lost + measured.at_max.lost, 0),
      )
    }
    return { figures, targets }
  } finally {
    await fleet?.stop()
    await bus.close()
    await broker.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
