import { crashPoints } from '../../../kit/service/faults.ts'
import { collect } from './collect.ts'
import { startCustomers } from './customers.ts'
import { drain, heal } from './heal.ts'
import { judge, tell } from './judge.ts'
import { landedFaults, missedFaults } from './nemesis.ts'
import type { Rig } from './rig.ts'
import type { Snapshot, Violation } from './snapshot.ts'
import { startVisitors } from './visitors.ts'

/** What a run showed. It counts only when `missed` is empty: a fault that did not land proves nothing. */
export interface Verdict {
  /** Of the run: its history.jsonl, databases and logs. */
  readonly dir: string
  readonly orders: number
  readonly landed: number
  readonly kills: number
  /** Distinct pairs of service and crash point. */
  readonly points: readonly string[]
  readonly missed: readonly string[]
  readonly violations: readonly Violation[]
  /** From healing until every order had ended; null when that did not come. */
  readonly endedMs: number | null
  readonly seconds: number
  /** The timelines of broken orders; empty when nothing is broken. */
  readonly told: string
  readonly snapshot: Snapshot
}

export interface RunOptions {
  readonly ordersPerSecond?: number
  readonly clocksMoved?: boolean
  /** How long orders may take to end after healing. Default 60 s. */
  readonly drainMs?: number
}

const KILLS = new Set(['crash', 'kill'])

/** Customers order and visitors look on while `nemesis` does its worst; then all is healed, drained, read again from the first record, and judged. */
export const runFaults = async (
  rig: Rig,
  nemesis: (rig: Rig) => Promise<void>,
  options: RunOptions = {},
): Promise<Verdict> => {
  const from = performance.now()
  const visitors = startVisitors(rig)
  const customers = startCustomers(rig, options.ordersPerSecond ?? 12)
  try {
    await nemesis(rig)
  } finally {
    await Promise.all([customers.stop(), visitors.stop()])
  }
  return conclude(rig, from, options)
}

/** The end of every run: heal → drain → read everything → judge. */
export const conclude = async (
  rig: Rig,
  from: number,
  { clocksMoved = false, drainMs }: RunOptions = {},
): Promise<Verdict> => {
  await heal(rig)
  const { endedMs } = await drain(rig, drainMs)
  const snapshot = await collect(rig, { clocksMoved })
  const violations = judge(snapshot)
  const landed = landedFaults(rig)
  const crashes = landed.filter(({ f }) => f === 'crash')
  return {
    dir: rig.dir,
    orders: snapshot.orders.length,
    landed: landed.length,
    kills: landed.filter(({ f }) => KILLS.has(f)).length,
    points: [...new Set(crashes.map(({ value }) => `${value.service} ${value.point}`))].sort(),
    missed: missedFaults(rig).map(({ f, value }) => `${f} ${JSON.stringify(value)}`),
    violations,
    endedMs,
    seconds: Math.round((performance.now() - from) / 100) / 10,
    told: violations.length === 0 ? '' : tell(snapshot, violations),
    snapshot,
  }
}

/** All pairs of service and point that a run over everything must land. */
export const allPoints = (rig: Rig): string[] =>
  [...new Set(rig.places.flatMap(({ service }) => crashPoints.map((point) => `${service} ${point}`)))].sort()
