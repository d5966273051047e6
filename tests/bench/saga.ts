import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { wrongUsage } from '../../cli/command.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { CONNECTIONS } from './open-loop.ts'
import { rawPipePerSecond } from './raw-pipe.ts'
import { compareKinds } from './saga-kinds.ts'
import { body, brief, endlessStock, measure, type SagaOptions } from './shop-load.ts'
import { atLeast, atMost, type Target } from './target.ts'
import { tutorialShop } from './tutorial.ts'
import { round, usageOf } from './usage.ts'

const pipeOrders = 60_000

/** CPU of each service while nothing happens, in percent of a core, over `seconds`. */
const idleCost = async (fleet: Fleet, seconds: number): Promise<Record<string, number>> => {
  const before = fleet.services.map(({ pid }) => usageOf(pid)?.cpuS ?? 0)
  await pause(seconds * 1000)
  return Object.fromEntries(
    fleet.services.map(({ name, pid }, i) => [
      name,
      round((((usageOf(pid)?.cpuS ?? 0) - before[i]!) / seconds) * 100, 2),
    ]),
  )
}

const started = async (brokers: string[], dir: string, signal: AbortSignal | undefined): Promise<Fleet> => {
  const fleet = await startFleet({
    brokers,
    dir: join(dir, 'data'),
    logDir: join(dir, 'logs'),
    ports: 'free',
    env: { LOG_LEVEL: 'warn', STOCK: endlessStock },
    ...(signal === undefined ? {} : { signal }),
  })
  try {
    await fleet.waitReady()
    return fleet
  } catch (error) {
    await fleet.stop()
    throw error
  }
}

/**
 * One order's way, measured: four service processes with inbox and outbox on SQLite, acks=all, one broker, open-loop load over HTTP, all on this machine,
 * with two yardsticks in the same run: the raw pipe and the tutorial's shop.
 */
const benchCore = async ({ sustained = 60, signal, say = () => undefined }: SagaOptions) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  const brokers = [broker.brokers]
  let fleet: Fleet | null = null
  try {
    say('raw pipe (60,000 orders through the same hops, with as many in flight), for the second time')
    // Twice, because a broker that has just begun still compiles: a yardstick that it slows down would flatter the shop.
    await rawPipePerSecond(brokers, pipeOrders, CONNECTIONS)
    const rawBefore = await rawPipePerSecond(brokers, pipeOrders, CONNECTIONS)
    say('the shop: start and warm up')
    // The first start on a machine also compiles the services, which takes memory for good; every later one finds them compiled.
    await (await started(brokers, dir, signal)).stop()
    fleet = await started(brokers, dir, signal)
    const shop = { fleet, database: join(dir, 'data', 'order.db'), signal }
    await measure(shop, 500, 10)
    const idle = await idleCost(fleet, 10)
    const at: Record<string, Awaited<ReturnType<typeof measure>>> = {}
    for (const [rate, seconds] of [
      [167, 20],
      [500, 15],
      [1000, 15],
    ] as const) {
      say(`the shop at ${rate} orders/s for ${seconds} s`)
      at[rate] = await measure(shop, rate, seconds)
    }
    say(`the shop at its highest rate for ${sustained} s`)
    const max = await measure(shop, 'max', sustained)
    await fleet.stop()
    say('the raw pipe once more')
    // Before and after, because a machine's speed may change meanwhile.
    const rawAfter = await rawPipePerSecond(brokers, pipeOrders, CONNECTIONS)
    const raw = round((rawBefore + rawAfter) / 2, 0)
    say('the tutorial shop at 167/s, 1000/s and its highest rate')
    const tutorial = await tutorialShop(
      brokers,
      [
        { name: '167', rate: 167, seconds: 10 },
        { name: '1000', rate: 1000, seconds: 10 },
        { name: 'max', rate: 'max', seconds: 10 },
      ],
      body,
      signal,
    )
    const figures = {
      orders_per_s: max.outcome.orders_per_s,
      sustained_s: sustained,
      lost: [...Object.values(at), max].reduce((sum, { outcome }) => sum + outcome.lost, 0),
      ...Object.fromEntries(Object.entries(at).map(([rate, { outcome }]) => [`at_${rate}`, brief(outcome)])),
      at_max: brief(max.outcome),
      raw_pipe_per_s: raw,
      ratio: round(max.outcome.orders_per_s / raw, 2),
      rss_mb: max.rss,
      cpu_s_per_1000_orders: max.cpuPer1000,
      idle_cpu_percent: idle,
      tutorial,
    }
    const targets: Target[] = [
      atLeast('orders_per_s', figures.orders_per_s, 2000),
      atLeast('ratio', figures.ratio, 0.3),
      atMost('cpu_s_per_1000_orders', figures.cpu_s_per_1000_orders, 0.6),
      atMost('p50_ms at 167/s', at[167]!.outcome.p50_ms, 12),
      atMost('p99_ms at 167/s', at[167]!.outcome.p99_ms, 50),
      atMost('p99_ms at 1000/s', at[1000]!.outcome.p99_ms, 250),
      atMost('rss_mb of the largest service', Math.max(...Object.values(max.rss)), 150),
      atMost('idle_cpu_percent of the busiest service', Math.max(...Object.values(idle)), 0.5),
      atMost('lost', figures.lost, 0),
    ]
    return { figures, targets }
  } finally {
    await fleet?.stop()
    await broker.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

export const bench = async (options: SagaOptions = {}) => {
  const { mode = 'core' } = options
  if (mode === 'core') return benchCore(options)
  if (mode !== 'both') throw wrongUsage(`There is no mode called ${mode}.`, 'There are: core, both.')
  return compareKinds(options)
}
