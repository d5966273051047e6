import { setTimeout as pause } from 'node:timers/promises'
import type { Bus } from '../../kit/kafka/bus.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import { startTap } from './tap.ts'

/** The events with which an order's way is decided: in the core shop its stock is reserved, in the whole one it is shipped; or it is cancelled. */
const END_TOPICS = {
  core: ['stock-reserved', 'order-cancelled'],
  whole: ['order.order.completed', 'order-cancelled'],
} as const

/** The good end first. */
export const endsOf = (size: ShopSize): readonly string[] => END_TOPICS[size]

export interface End {
  /** When the event was seen here, in ms since 1970 with fractions: after it was stored, replicated and fetched. */
  readonly at: number
  readonly topic: string
}

export interface Ends {
  /** Order id → its first end. Grows while the shop works. */
  readonly seen: ReadonlyMap<string, End>
  /**
   * Waits until every one of these orders has ended, and gives up when for `patienceMs` none of them did.
   * Returns those that did not end.
   */
  drain(orderIds: Iterable<string>, patienceMs?: number, signal?: AbortSignal): Promise<string[]>
  stop(): Promise<void>
}

const PATIENCE_MS = 10_000

/** Notes the end of every order from now on. The order id is the message key: nothing is parsed. */
export async function watchEnds(bus: Bus, topics: readonly string[] = END_TOPICS.core): Promise<Ends> {
  const seen = new Map<string, End>()
  let lastAt = performance.now()
  const tap = await startTap(bus, {
    name: 'lab-ends',
    topics,
    onRecords: (records) => {
      lastAt = performance.now()
      const at = performance.timeOrigin + lastAt
      for (const { key, topic } of records) {
        const orderId = key?.toString('utf8') ?? ''
        if (!seen.has(orderId)) seen.set(orderId, { at, topic })
      }
    },
  })
  return {
    seen,
    stop: tap.stop,
    drain: async (orderIds, patienceMs = PATIENCE_MS, signal) => {
      const begun = performance.now()
      let open = [...orderIds].filter((id) => !seen.has(id))
      while (open.length > 0 && !signal?.aborted && performance.now() - Math.max(begun, lastAt) < patienceMs) {
        await pause(20)
        open = open.filter((id) => !seen.has(id))
      }
      return open
    },
  }
}

/** The value below which a share `p` (0..1) of the sorted numbers lies (nearest rank); null for none. */
export function percentile(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null
}

/** From planned to ended, in ms, sorted; only of orders that ended. */
export function latencies(sendTimes: ReadonlyMap<string, number>, seen: ReadonlyMap<string, End>): Float64Array {
  const found = [...sendTimes].flatMap(([orderId, sentAt]) => {
    const end = seen.get(orderId)
    return end === undefined ? [] : [end.at - sentAt]
  })
  return Float64Array.from(found).sort()
}
