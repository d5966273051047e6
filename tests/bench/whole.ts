import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { doorOf } from '../../cli/shop/door.ts'
import { type Fleet, startFleet } from '../../cli/shop/fleet.ts'
import { ensureSecrets, secretFileOf } from '../../cli/shop/secrets.ts'
import { wholeShop } from '../../cli/shop/whole-shop.ts'
import { runOpenLoop, type Sent } from './open-loop.ts'
import { summarize } from './outcome.ts'
import { atLeast, atMost } from './target.ts'
import { round, usageOf } from './usage.ts'

export interface WholeOptions {
  /** How long the shop must keep up its highest rate, in seconds. Default 60. */
  readonly sustained?: number
  readonly signal?: AbortSignal
  readonly say?: (line: string) => void
}

const READY_MS = 60_000
const MAILS_MS = 60_000

const body = () => ({ productId: 201, quantity: 1, amount: 1500 })

/** Reads from the notification service's own database when each confirmation had gone out. That costs the run nothing while it goes on. */
const mailedAt = async (database: string, sent: readonly Sent[]): Promise<Map<string, number>> => {
  const db = new DatabaseSync(database, { readOnly: true })
  const wanted = sent.filter(({ orderId }) => orderId !== null).length
  const before = sent.reduce((earliest, { plannedAt }) => Math.min(earliest, plannedAt), Number.POSITIVE_INFINITY)
  const mine = db.prepare(
    "select order_id, updated_at from messages where kind = 'confirmation' and status = 'SENT' and created_at >= ?",
  )
  const deadline = performance.now() + MAILS_MS
  let rows = mine.all(before)
  while (rows.length < wanted && performance.now() < deadline) {
    await pause(100)
    rows = mine.all(before)
  }
  db.close()
  return new Map(rows.map((row) => [String(row.order_id), Number(row.updated_at)]))
}

const usageOfAll = (fleet: Fleet) => {
  const used = fleet.services.map(({ name, pid }) => [name, usageOf(pid)] as const)
  return {
    rss: Object.fromEntries(used.map(([name, usage]) => [name, usage?.rssMb ?? 0])),
    cpuS: used.reduce((sum, [, usage]) => sum + (usage?.cpuS ?? 0), 0),
  }
}

/** The whole shop, from a customer's request at the gateway to the mail: nine processes with tokens, inbox and outbox on SQLite, one broker, all on this machine. */
export const bench = async ({ sustained = 60, signal, say = () => undefined }: WholeOptions = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-whole-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  let fleet: Fleet | null = null
  try {
    const began = performance.now()
    fleet = await startFleet({
      brokers: [broker.brokers],
      dir: join(dir, 'data'),
      logDir: join(dir, 'logs'),
      ports: 'free',
      // Parcels stand still: their way to the door would be four more events an order.
      services: wholeShop(ensureSecrets(dir), { CARRIER_STEP_MS: '0' }),
      env: { LOG_LEVEL: 'warn', STOCK: '{"201":1000000000}' },
      ...(signal === undefined ? {} : { signal }),
    })
    await fleet.waitReady(READY_MS)
    const readyS = round((performance.now() - began) / 1000)
    const door = doorOf(fleet.services, secretFileOf(dir, 'lab'))
    const token = (await door.authorize?.())?.authorization ?? ''
    const headers = () => `Authorization: ${token}\r\nIdempotency-Key: ${randomUUID()}\r\n`
    const database = join(dir, 'data', 'notification.db')
    const measure = async (rate: number | 'max', seconds: number) => {
      const sent = await runOpenLoop({ url: `${door.orders}/api/orders`, rate, seconds, body, headers, signal })
      return summarize(sent, await mailedAt(database, sent))
    }
    // As long as the compilers of the broker and of nine services are busy: what is measured is a shop that has been open for a minute.
    say('warm up for 45 s')
    await measure(300, 45)
    say('167 orders/s for 20 s')
    const usual = await measure(167, 20)
    say(`the highest rate for ${sustained} s`)
    const before = usageOfAll(fleet)
    const max = await measure('max', sustained)
    const after = usageOfAll(fleet)
    const rss = Object.values(after.rss).reduce((sum, one) => sum + one, 0) + (usageOf(broker.pid())?.rssMb ?? 0)
    const figures = {
      ready_s: readyS,
      orders_per_s: max.orders_per_s,
      sustained_s: sustained,
      lost: usual.lost + max.lost,
      refused: usual.refused + max.refused,
      at_167: { p50_ms: usual.p50_ms, p95_ms: usual.p95_ms, p99_ms: usual.p99_ms },
      at_max: { p50_ms: max.p50_ms, p95_ms: max.p95_ms, p99_ms: max.p99_ms },
      cpu_s_per_1000_orders: round(((after.cpuS - before.cpuS) / max.ended) * 1000, 3),
      rss_mb: after.rss,
      rss_mb_with_broker: rss,
    }
    const targets = [
      atLeast('orders_per_s from gateway to mail', figures.orders_per_s, 800),
      atMost('p99_ms at 167/s', usual.p99_ms, 120),
      atMost('lost', figures.lost, 0),
      atMost('refused', figures.refused, 0),
      atMost('seconds until all nine are ready', readyS, 20),
      atMost('rss_mb with the broker', rss, 1_536),
    ]
    return { figures, targets }
  } finally {
    await fleet?.stop()
    await broker.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
