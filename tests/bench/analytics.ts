import { randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { type Bus, KafkaFault } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import type { Funnel } from '../../services/analytics/queries.ts'
import { fates, recordsOf, type Story } from '../../services/analytics/stories.fixture.ts'
import { consumedBy, groupOf } from '../../services/contracts/catalogue.ts'
import { topicsOf } from '../../services/contracts/topics.ts'
import { atLeast, atMost } from './target.ts'
import { percentile, round, usageOf } from './usage.ts'

const ORDERS = Number(process.env.ANALYTICS_ORDERS || 100_000)
const ordersPerSend = 500
const lateS = 600

/** Four of five orders go all the way; the others end in each of the other ways. A quarter is led by the orchestrated saga. */
const storyOf = (n: number, startAt: number): Story => ({
  orderId: randomUUIDv7(),
  userId: `user-${n % 1_000}`,
  fate: n % 5 === 0 ? fates[(n / 5) % fates.length]! : 'delivered',
  orchestrated: n % 4 === 0,
  productId: 201 + (n % 50),
  quantity: 1 + (n % 3),
  amount: (n % 1_000) / 10,
  startAt: startAt + n * 36,
})

/** Right after a topic was made its broker may not yet know that it leads it. What is sent twice counts once. */
const whenLed = async (send: () => Promise<void>): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof KafkaFault) || !error.retriable || tries === 20) throw error
      await pause(250)
    }
  }
}

const publish = async (bus: Bus): Promise<number> => {
  let events = 0
  const startAt = Date.now() - ORDERS * 36
  for (let at = 0; at < ORDERS; at += ordersPerSend) {
    const some = Array.from({ length: Math.min(ordersPerSend, ORDERS - at) }, (_, i) => storyOf(at + i, startAt))
    const records = some.flatMap(recordsOf)
    await whenLed(() => bus.send(records))
    events += records.length
  }
  return events
}

const get = async <T>(fleet: Fleet, path: string): Promise<T> =>
  (await (await fetch(`${fleet.url('analytics')}/api/analytics/${path}`)).json()) as T

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + lateS * 1_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${lateS} s: ${what}`)
    await pause(100)
  }
}

const secondsOf = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1_000
}

/** From POST to the switch; meanwhile the old figures are asked for, and must not change. */
const rebuild = async (fleet: Fleet) => {
  const before = JSON.stringify(await get<Funnel>(fleet, 'funnel'))
  const answers: number[] = []
  let changed = 0
  const seconds = await secondsOf(async () => {
    await fetch(`${fleet.url('analytics')}/api/analytics/rebuild`, { method: 'POST' })
    await until('the rebuild is over', async () => {
      const from = performance.now()
      if (JSON.stringify(await get<Funnel>(fleet, 'funnel')) !== before) changed += 1
      answers.push(performance.now() - from)
      return (await get<{ state: string }>(fleet, 'rebuild')).state !== 'running'
    })
  })
  const { state } = await get<{ state: string }>(fleet, 'rebuild')
  return { seconds, isDone: state === 'done', changed, answers: answers.sort((a, b) => a - b) }
}

/**
 * Analytics from zero over the events of 100,000 orders (ANALYTICS_ORDERS says how many), one process on SQLite beside its broker: once as a service that
 * starts with an empty database, once as a rebuild beside the figures that serve.
 */
export const bench = async ({
  signal,
  say = () => undefined,
}: {
  signal?: AbortSignal
  say?: (line: string) => void
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-analytics-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'bench', log: () => {} })
  let fleet: Fleet | null = null
  try {
    say(`publishing ${ORDERS} orders`)
    await bus.createTopics(topicsOf('analytics', 6, 'whole'))
    const events = await publish(bus)
    say(`starting from zero over ${events} events`)
    const place = { brokers: [broker.brokers], dir: join(dir, 'data'), logDir: join(dir, 'logs') }
    const env = { LOG_LEVEL: 'warn', SHOP: 'whole' }
    const cold = await secondsOf(async () => {
      fleet = await startFleet({
        ...{ ...place, env, ports: 'free', services: [{ name: 'analytics' }] },
        ...(signal ? { signal } : {}),
      })
      await fleet.waitReady()
      await until('all is read', async () => {
        const lags = await bus.lag(groupOf('analytics'), consumedBy('analytics', 'whole'))
        return lags.every(({ lag }) => lag === 0n)
      })
    })
    const { placed, delivered } = await get<Funnel>(fleet!, 'funnel')
    say('rebuilding')
    const { pid } = (fleet as Fleet | null)!.services[0]!
    const before = usageOf(pid)
    const rebuilt = await rebuild(fleet!)
    const after = usageOf(pid)
    const per = (seconds: number) => round((seconds * 100_000) / ORDERS)
    const figures = {
      ...{ orders: ORDERS, events, placed, delivered },
      from_zero_s: round(cold),
      from_zero_cpu_s: round(before?.cpuS ?? 0),
      rebuild_s: round(rebuilt.seconds),
      rebuild_events_per_s: round(events / rebuilt.seconds, 0),
      rebuild_cpu_s: round((after?.cpuS ?? 0) - (before?.cpuS ?? 0)),
      rss_mb: after?.rssMb ?? 0,
      answer_p95_ms_meanwhile: round(percentile(rebuilt.answers, 0.95)),
    }
    const targets = [
      atMost('from_zero_s for 100,000 orders', per(cold), 60),
      atMost('rebuild_s for 100,000 orders', per(rebuilt.seconds), 60),
      atLeast('orders counted', placed, ORDERS),
      atLeast('rebuild done', rebuilt.isDone ? 1 : 0, 1),
      atMost('answers that changed meanwhile', rebuilt.changed, 0),
    ]
    return { figures, targets }
  } finally {
    await (fleet as Fleet | null)?.stop()
    await bus.close()
    await broker.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
