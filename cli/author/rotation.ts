import { Random } from '../check/random.ts'
import type { Mistake } from './mistakes.ts'

/** Longer than this is slow: a deadline has to pass before such a mistake is known. */
export const QUICK_SECONDS = 10
/** Longer than this is left to a full run. */
export const LONGEST_SECONDS = 45
/** Behind it `npm test` begins with no other: on a busy machine the rest waits for another run. */
export const ENOUGH_SECONDS = 200
/** How many slow ones are tried: in `npm test`, and by `lab dev check`, which takes its time. */
export const SLOW_ONES = { test: 1, devCheck: 3 } as const

/** The quick ones, the slow ones, and those that are left to a full run. */
export function bySpeed(mistakes: readonly Mistake[]) {
  return {
    quick: mistakes.filter(({ seconds }) => seconds <= QUICK_SECONDS),
    slow: mistakes.filter(({ seconds }) => seconds > QUICK_SECONDS && seconds <= LONGEST_SECONDS),
    long: mistakes.filter(({ seconds }) => seconds > LONGEST_SECONDS),
  }
}

/** A third of the mistakes that are told quickly, and `slowOnes` of the others; another choice for each seed. In the order given. */
export function rotation(mistakes: readonly Mistake[], seed: number, slowOnes: number): Mistake[] {
  const random = new Random(seed)
  const { quick, slow } = bySpeed(mistakes)
  const chosen = new Set([
    ...random.shuffled(quick).slice(0, Math.ceil(quick.length / 3)),
    ...random.shuffled(slow).slice(0, slowOnes),
  ])
  return mistakes.filter((mistake) => chosen.has(mistake))
}
