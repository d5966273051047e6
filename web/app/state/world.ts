import type {
  EdgeCount,
  FaultView,
  Frame,
  GroupState,
  LessonState,
  Numbers,
  SagaSummary,
  SeriesPoint,
  ServiceState,
  Snapshot,
  Topology,
} from '../../hub/protocol.ts'

/** All that the page knows of the shop at one moment. Parts that a frame did not change keep their identity. */
export interface World {
  readonly run: string
  readonly at: number
  readonly topology: Topology
  readonly counts: Readonly<Record<string, EdgeCount>>
  readonly numbers: Numbers
  readonly series: readonly SeriesPoint[]
  readonly services: readonly ServiceState[]
  readonly groups: readonly GroupState[]
  readonly faults: readonly FaultView[]
  /** By order id; the one that changed last is last. */
  readonly sagas: ReadonlyMap<string, SagaSummary>
  readonly lesson: LessonState | null
  readonly votes: Readonly<Record<string, number>>
  readonly viewers: number
}

const SERIES = 300
/** More are asked for over REST; the page keeps what changes. */
const SAGAS = 400

export function worldOf(snapshot: Snapshot): World {
  const { t: _t, version: _version, n: _n, recent: _recent, sagas, ...rest } = snapshot
  return {
    ...rest,
    sagas: withSagas(
      new Map(),
      [...sagas].sort((a, b) => a.lastAt - b.lastAt),
    ),
  }
}

export function fold(world: World, frame: Frame): World {
  const { t: _t, n: _n, dots: _dots, total: _total, handlings: _handlings, counts, sagas, point, ...rest } = frame
  return {
    ...world,
    ...rest,
    counts: counts ? { ...world.counts, ...counts } : world.counts,
    sagas: sagas ? withSagas(new Map(world.sagas), sagas) : world.sagas,
    // A snapshot after a drop brings its newest point again.
    series: point && point.at > (world.series.at(-1)?.at ?? 0) ? [...world.series, point].slice(-SERIES) : world.series,
  }
}

function withSagas(known: Map<string, SagaSummary>, changed: readonly SagaSummary[]): Map<string, SagaSummary> {
  for (const saga of changed) {
    known.delete(saga.orderId)
    known.set(saga.orderId, saga)
  }
  for (const id of known.keys()) {
    if (known.size <= SAGAS) break
    known.delete(id)
  }
  return known
}

/** A snapshot that arrives in the middle of a run, as the frame that brings the world up to it. */
export function frameOf(snapshot: Snapshot, dotsAfter: number): Frame {
  const { version: _version, run: _run, recent, series, ...rest } = snapshot
  const point = series.at(-1)
  return {
    ...rest,
    t: 'frame',
    total: 0,
    dots: recent.filter(({ seq }) => seq > dotsAfter),
    ...(point ? { point } : {}),
  }
}
