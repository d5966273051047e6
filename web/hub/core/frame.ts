import type { Dot, Frame, Handling, Snapshot, Time } from '../protocol.ts'
import { PROTOCOL_VERSION } from '../protocol.ts'
import type { HubState } from './state.ts'

/** How far a client was when it got its last frame. */
export interface Cursor {
  readonly record: number
  readonly handling: number
  readonly saga: number
  readonly counts: number
  readonly point: number
  readonly versions: Readonly<Record<PartName, number>>
}

/** What a client wants drawn. */
export interface Want {
  /** False while nobody looks: no dots, but every total. */
  readonly samples: boolean
  /** The order that is followed: all its records come. */
  readonly follow: string | null
}

const PARTS = ['numbers', 'services', 'groups', 'faults', 'topology', 'lesson', 'votes', 'viewers'] as const
type PartName = (typeof PARTS)[number]

export const SAMPLE = 60
/** Sagas whose state changed since; the newest ones, where there are more. */
const SAGAS = 100
const RECENT = 200
const SAGAS_AT_START = 200

export function cursorOf(state: HubState): Cursor {
  return {
    record: state.records.last,
    handling: state.handlings.last,
    saga: state.sagas.changes,
    counts: state.counts.version,
    point: state.series.last,
    versions: Object.fromEntries(PARTS.map((part) => [part, state[part].version])) as Cursor['versions'],
  }
}

/** All that changed behind the cursor, and where the client is then. `withSagas` false holds changes of sagas back for a later frame. */
export function frameOf(state: HubState, from: Cursor, want: Want, at: { n: number; now: Time; withSagas: boolean }) {
  const now = cursorOf(state)
  const dots = want.samples
    ? sampleDots(
        state.records.since(from.record).map(({ dot }) => dot),
        want.follow,
      )
    : []
  const handlings = want.samples ? sampleHandlings(state.handlings.since(from.handling), want.follow) : []
  const sagas = at.withSagas ? state.sagas.changedSince(from.saga, SAGAS) : []
  const point = now.point > from.point ? state.series.at(now.point) : undefined
  const frame: Frame = {
    t: 'frame',
    n: at.n,
    at: at.now,
    total: now.record - from.record,
    ...(now.counts > from.counts ? { counts: state.counts.since(from.counts) } : {}),
    ...(dots.length > 0 ? { dots } : {}),
    ...(handlings.length > 0 ? { handlings } : {}),
    ...(sagas.length > 0 ? { sagas } : {}),
    ...(point === undefined ? {} : { point }),
    ...changedParts(state, from),
  }
  return { frame, cursor: at.withSagas ? now : { ...now, saga: from.saga } }
}

function changedParts(state: HubState, from: Cursor): Partial<Frame> {
  const changed = PARTS.filter((part) => state[part].version > from.versions[part])
  return Object.fromEntries(changed.map((part) => [part, state[part].value]))
}

/** Did nothing happen that anybody has to be told of? */
export function isEmpty({ t: _t, n: _n, at: _at, total, ...rest }: Frame): boolean {
  return total === 0 && Object.keys(rest).length === 0
}

/** Evenly chosen ones, and every one that must not be missed. */
export function sampleDots(dots: readonly Dot[], follow: string | null): Dot[] {
  const isNotable = (dot: Dot) => dot.kind === 'failed' || dot.duplicate || (follow !== null && dot.orderId === follow)
  return sample(dots, isNotable)
}

function sampleHandlings(handlings: readonly Handling[], follow: string | null): Handling[] {
  return sample(handlings, ({ outcome, orderId }) => outcome !== 'handled' || (follow !== null && orderId === follow))
}

function sample<T>(items: readonly T[], isNotable: (item: T) => boolean): T[] {
  if (items.length <= SAMPLE) return [...items]
  const ordinary = items.length - items.filter(isNotable).length
  const step = Math.max(1, ordinary / SAMPLE)
  let next = 0
  let met = 0
  return items.filter((item) => {
    if (isNotable(item)) return true
    if (met++ < next) return false
    next += step
    return true
  })
}

/** All that a page needs to begin. */
export function snapshotOf(state: HubState, at: { n: number; now: Time; run: string }): Snapshot {
  return {
    t: 'snapshot',
    version: PROTOCOL_VERSION,
    n: at.n,
    at: at.now,
    run: at.run,
    topology: state.topology.value,
    counts: state.counts.since(0),
    numbers: state.numbers.value,
    series: state.series.newest(Number.MAX_SAFE_INTEGER),
    services: state.services.value,
    groups: state.groups.value,
    faults: state.faults.value,
    sagas: state.sagas.list('all', SAGAS_AT_START),
    recent: state.records.newest(RECENT).map(({ dot }) => dot),
    lesson: state.lesson.value,
    votes: state.votes.value,
    viewers: state.viewers.value,
  }
}
