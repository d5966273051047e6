import type { Dot, EdgeCount } from '../../hub/protocol.ts'
import type { World } from './world.ts'

export type MetricName =
  | 'confirmed'
  | 'cancelled'
  | 'running'
  | 'stuck'
  | 'lag'
  | 'outbox'
  | 'retries'
  | 'duplicates'
  | 'deadLetters'
  | 'critical'
  | 'messages'

export type Metrics = Readonly<Record<MetricName, number | null>>

/** What the numbers were when something was switched, to tell what that changed. */
export interface Baseline {
  readonly label: string
  readonly at: number
  readonly was: Metrics
  /** The newest event then. */
  readonly seq: number
}

export const METRICS: Readonly<Record<MetricName, { readonly label: string; readonly unit: '' | 'ms' }>> = {
  confirmed: { label: 'orders confirmed', unit: '' },
  cancelled: { label: 'orders cancelled', unit: '' },
  running: { label: 'orders under way', unit: '' },
  stuck: { label: 'orders stuck', unit: '' },
  lag: { label: 'events waiting', unit: '' },
  outbox: { label: 'outbox rows', unit: '' },
  retries: { label: 'retries', unit: '' },
  duplicates: { label: 'duplicates', unit: '' },
  deadLetters: { label: 'dead letters', unit: '' },
  critical: { label: 'critical time p99', unit: 'ms' },
  messages: { label: 'messages published', unit: '' },
}

export function metricsOf({ numbers, groups, services, counts, topology }: World): Metrics {
  const { sagas } = numbers
  return {
    confirmed: sagas.confirmed,
    cancelled: sagas.cancelled,
    running: sagas.running + sagas.compensating,
    stuck: sagas.stuck,
    lag: groups.reduce((sum, { lag }) => sum + lag, 0),
    outbox: services.reduce((sum, { outboxDepth }) => sum + (outboxDepth ?? 0), 0),
    retries: numbers.retries,
    duplicates: numbers.duplicates,
    deadLetters: numbers.deadLetters,
    critical: numbers.criticalP99Ms,
    messages: topology.edges
      .filter(({ kind }) => kind === 'produce')
      .reduce((sum, { id }) => sum + total(counts[id]), 0),
  }
}

function total(count: EdgeCount | undefined): number {
  return Object.values(count ?? {}).reduce((sum, one) => sum + one, 0)
}

export interface Change {
  readonly name: MetricName
  readonly was: number | null
  readonly now: number | null
  readonly delta: number | null
}

/** What differs from the baseline; where `only` is given, those and in that order, changed or not. */
export function changesSince({ was }: Baseline, world: World, only?: readonly MetricName[]): Change[] {
  const now = metricsOf(world)
  // How many messages there were is the business of those who ask for it: with each order there are more.
  const names = only ?? (Object.keys(METRICS) as MetricName[]).filter((name) => name !== 'messages')
  return names
    .map((name) => ({ name, was: was[name], now: now[name], delta: difference(was[name], now[name]) }))
    .filter(({ delta }) => only !== undefined || (delta !== null && delta !== 0))
}

const difference = (was: number | null, now: number | null): number | null => (now === null ? null : now - (was ?? 0))

/** The first event since the baseline that is not simply fine. */
export function firstSign({ seq }: Baseline, recent: readonly Dot[]): Dot | null {
  return (
    recent.findLast(
      (dot) => dot.seq > seq && (dot.duplicate || dot.kind === 'failed' || dot.kind === 'compensating'),
    ) ?? null
  )
}
