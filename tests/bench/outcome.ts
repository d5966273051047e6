import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sent } from './open-loop.ts'
import { percentile, round } from './usage.ts'

export interface Outcome {
  readonly accepted: number
  readonly ended: number
  readonly lost: number
  readonly refused: number
  /** Orders that ended, by the time from the first send to the last end. */
  readonly orders_per_s: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
}

/**
 * Waits until every accepted order has ended (at most `deadlineMs`), then reads from the order service's own database when each one did. That costs the run
 * nothing while it goes on, where a watcher on the topics would take part of the two cores.
 */
export const outcomeOf = async (database: string, sent: readonly Sent[], deadlineMs = 60_000): Promise<Outcome> => {
  const db = new DatabaseSync(database, { readOnly: true })
  const open = db.prepare("select count(*) as n from orders where status = 'PENDING'")
  const deadline = performance.now() + deadlineMs
  while ((open.get() as { n: number }).n > 0 && performance.now() < deadline) await pause(100)
  const rows = db.prepare("select order_id, updated_at from orders where status <> 'PENDING'").all()
  db.close()
  return summarize(sent, new Map(rows.map((row) => [String(row.order_id), Number(row.updated_at)])))
}

/** `endedAt`: order id → ms since 1970. Latencies count from the moment when an order was due to be sent. */
export const summarize = (sent: readonly Sent[], endedAt: ReadonlyMap<string, number>): Outcome => {
  const accepted = sent.filter(({ orderId }) => orderId !== null)
  const ended = accepted.filter(({ orderId }) => endedAt.has(orderId!))
  const latencies = ended
    .map(({ orderId, plannedAt }) => Math.max(0, endedAt.get(orderId!)! - plannedAt))
    .sort((a, b) => a - b)
  const first = sent.reduce((earliest, { plannedAt }) => Math.min(earliest, plannedAt), Number.POSITIVE_INFINITY)
  const last = ended.reduce((latest, { orderId }) => Math.max(latest, endedAt.get(orderId!)!), first)
  return {
    accepted: accepted.length,
    ended: ended.length,
    lost: accepted.length - ended.length,
    refused: sent.length - accepted.length,
    orders_per_s: round(ended.length / ((last - first) / 1000), 0),
    p50_ms: round(percentile(latencies, 0.5)),
    p95_ms: round(percentile(latencies, 0.95)),
    p99_ms: round(percentile(latencies, 0.99)),
  }
}
