import fc from 'fast-check'
import type { Mutant } from './mutants.ts'
import { play, simulate } from './simulate.ts'
import { maxStep } from './steps.ts'
import type { WorldOptions } from './world.ts'

export const anySchedule = fc.array(fc.nat({ max: maxStep - 1 }), { maxLength: 60 })

export interface Counterexample {
  /** After how many random schedules the first violation was found. */
  readonly nth: number
  readonly found: readonly number[]
  readonly schedule: readonly number[]
  readonly invariants: readonly string[]
}

const brokenBy = (schedule: readonly number[], options: WorldOptions): string[] => [
  ...new Set(play(schedule, options).findings.map(({ invariant }) => invariant)),
]

/** Makes a violating schedule as small as fast-check can: fewer steps, and plainer ones. */
export const shrink = (schedule: readonly number[], violates: (schedule: readonly number[]) => boolean): number[] => {
  const property = fc.property(anySchedule, (candidate) => !violates(candidate))
  const { counterexample } = fc.check(property, { examples: [[[...schedule]]], numRuns: 1 })
  const smallest = counterexample?.[0]
  if (smallest === undefined) throw new Error('the schedule to be shrunk violates nothing')
  return smallest
}

/** The first schedule of this seed that shows the mutant by one of the invariants that it is said to break, shrunk; null where none of `schedules` does. */
export const findCounterexample = (
  { options, breaks }: Pick<Mutant, 'options' | 'breaks'>,
  seed: number,
  schedules: number,
): Counterexample | null => {
  const names: readonly string[] = breaks
  const violates = (schedule: readonly number[]) => brokenBy(schedule, options).some((name) => names.includes(name))
  const { violations } = simulate({ schedules, seed, ...options })
  const first = violations.find(({ findings }) => findings.some(({ invariant }) => names.includes(invariant)))
  if (first === undefined) return null
  const schedule = shrink(first.schedule, violates)
  return { nth: first.nth, found: first.schedule, schedule, invariants: brokenBy(schedule, options) }
}
