import type { Fleet } from '../../cli/shop/fleet.ts'
import { runOpenLoop } from './open-loop.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { round, usageOf } from './usage.ts'

export interface SagaOptions {
  /** `core` (default): the four services of the course, with yardsticks. `both`: the whole shop, once by choreography and once by orchestration. */
  readonly mode?: string | undefined
  /** How long the shop must keep up its highest rate, in seconds. Default 60. */
  readonly sustained?: number
  readonly signal?: AbortSignal
  readonly say?: (line: string) => void
}

export const body = () => ({ userId: 'bench', productId: 201, quantity: 1, amount: 1500 })
export const endlessStock = '{"201":1000000000}'

interface Cost {
  readonly rss_mb: Record<string, number>
  readonly cpu_s: number
}

const costOf = (fleet: Fleet): Cost => {
  const used = fleet.services.map(({ name, pid }) => [name, usageOf(pid)] as const)
  return {
    rss_mb: Object.fromEntries(used.map(([name, usage]) => [name, usage?.rssMb ?? 0])),
    cpu_s: used.reduce((sum, [, usage]) => sum + (usage?.cpuS ?? 0), 0),
  }
}

/** The shop that is measured; `database`: where its orders are kept. */
export interface MeasuredShop {
  readonly fleet: Fleet
  readonly database: string
  readonly signal: AbortSignal | undefined
}

/** Orders at a rate, and what became of them: how fast, and at what cost. */
export const measure = async (
  { fleet, database, signal }: MeasuredShop,
  rate: number | 'max',
  seconds: number,
  order: () => object = body,
) => {
  const before = costOf(fleet)
  const sent = await runOpenLoop({ url: `${fleet.url('order')}/api/orders`, rate, seconds, body: order, signal })
  const outcome = await outcomeOf(database, sent)
  const after = costOf(fleet)
  return { outcome, cpuPer1000: round(((after.cpu_s - before.cpu_s) / outcome.ended) * 1000, 3), rss: after.rss_mb }
}

export const brief = ({ p50_ms, p95_ms, p99_ms, lost }: Outcome) => ({ p50_ms, p95_ms, p99_ms, lost })
