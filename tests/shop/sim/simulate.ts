import { timeline } from '../timeline.ts'
import { heal } from './drain.ts'
import { type Finding, judge } from './invariants.ts'
import { maxStep, step } from './steps.ts'
import { newWorld, type World, type WorldOptions } from './world.ts'

/** Plays one schedule, heals, drains and judges. The same numbers give the same world, always. */
export const play = (
  schedule: readonly number[],
  options: WorldOptions = {},
): { world: World; findings: Finding[] } => {
  const world = newWorld(options)
  for (const n of schedule) step(world, n)
  heal(world)
  return { world, findings: judge(world) }
}

/** mulberry32: 32 bits of state, fast, good enough to draw schedules. Returns whole numbers below `limit`. */
export const createDice = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** Steps in a schedule of the bulk run. */
export const length = { least: 8, most: 40 }

export const drawSchedule = (dice: (limit: number) => number): number[] => {
  const schedule = new Array<number>(length.least + dice(length.most - length.least + 1))
  for (let i = 0; i < schedule.length; i++) schedule[i] = dice(maxStep)
  return schedule
}

export interface Failure {
  /** Which schedule of the run it was, from 0. */
  readonly nth: number
  readonly schedule: readonly number[]
  readonly findings: readonly Finding[]
}

export interface Simulation {
  readonly schedules: number
  /** Per second of CPU time of the thread that played them: what one core does, whoever else is at work on the machine. */
  readonly perSecond: number
  readonly violations: readonly Failure[]
}

/** Plays `schedules` random schedules (one core). Stops after `stopAfter` violated ones (default: never). */
export const simulate = ({
  schedules,
  seed,
  stopAfter = Number.POSITIVE_INFINITY,
  ...options
}: { schedules: number; seed: number; stopAfter?: number } & WorldOptions): Simulation => {
  const dice = createDice(seed)
  const violations: Failure[] = []
  const start = process.threadCpuUsage()
  let nth = 0
  for (; nth < schedules && violations.length < stopAfter; nth++) {
    const schedule = drawSchedule(dice)
    const { findings } = play(schedule, options)
    if (findings.length > 0) violations.push({ nth, schedule, findings })
  }
  const { user, system } = process.threadCpuUsage(start)
  return { schedules: nth, perSecond: Math.round(nth / ((user + system) / 1e6)), violations }
}

/** What went wrong with a schedule, for people: each finding, and the whole history of the first order that it is about. */
export const explain = (schedule: readonly number[], options: WorldOptions = {}): string => {
  const { world, findings } = play(schedule, { ...options, record: true })
  const orderId = findings.find((finding) => finding.orderId !== null)?.orderId ?? [...world.tables.orders.keys()][0]
  return [
    `schedule ${JSON.stringify(schedule)}`,
    ...findings.map(({ invariant, orderId: id, what }) => `${invariant} ${id ?? 'all'}: ${what}`),
    orderId === undefined ? 'no order was placed' : timeline(world.history ?? [], orderId),
  ].join('\n')
}
