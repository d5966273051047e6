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
  | 'ignored'
  | 'mailed'
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
  duplicates: { label: 'published again', unit: '' },
  ignored: { label: 'duplicates ignored', unit: '' },
  mailed: { label: 'handled by notification', unit: '' },
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
    ignored: sum(Object.values(numbers.handlings ?? {}).map((counts) => counts['duplicate-ignored'] ?? 0)),
    mailed: numbers.handlings?.notification?.handled ?? 0,
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
  /** The most that there was since, of what comes and goes; null for what only grows. */
  readonly peak: number | null
}

/** With each order there are more of these: the business of those who ask for them. */
const ASKED_FOR: readonly MetricName[] = ['messages', 'mailed']

/** What differs from the baseline; where `only` is given, those and in that order, changed or not. */
export function changesSince(baseline: Baseline, world: World, only?: readonly MetricName[]): Change[] {
  const { was } = baseline
  const now = metricsOf(world)
  const names = only ?? (Object.keys(METRICS) as MetricName[]).filter((name) => !ASKED_FOR.includes(name))
  return names
    .map((name) => ({
      ...{ name, was: was[name], now: now[name], delta: difference(was[name], now[name]) },
      peak: peakOf(name, baseline, world, now),
    }))
    .filter(({ delta, was, peak }) => only !== undefined || (delta !== null && delta !== 0) || (peak ?? 0) > (was ?? 0))
}

/** A pile that was there and is gone again changes no total; the curve remembers it. */
function peakOf(name: MetricName, { at, was }: Baseline, { series }: World, now: Metrics): number | null {
  if (name !== 'lag' && name !== 'outbox') return null
  const since = series.filter((point) => point.at > at)
  const values = since.map(({ lag, outbox }) => (name === 'outbox' ? outbox : sum(Object.values(lag))))
  return Math.max(was[name] ?? 0, now[name] ?? 0, ...values)
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

const difference = (was: number | null, now: number | null): number | null => (now === null ? null : now - (was ?? 0))

/** The first event since the baseline that is not simply fine. */
export function firstSign({ seq }: Baseline, recent: readonly Dot[]): Dot | null {
  return (
    recent.findLast(
      (dot) => dot.seq > seq && (dot.duplicate || dot.kind === 'failed' || dot.kind === 'compensating'),
    ) ?? null
  )
}
