import { Random } from '../check/random.ts'
import type { Mistake } from './mistakes.ts'

/** Longer than this is slow: a deadline has to pass before such a mistake is known. */
const QUICK_SECONDS = 10
/** Longer than this is left to a full run. */
const LONGEST_SECONDS = 45

/** A third of the mistakes that are told quickly, and `slow` of the others; another choice for each seed. In the order given. */
export function rotation(mistakes: readonly Mistake[], seed: number, slow: number): Mistake[] {
  const random = new Random(seed)
  const isQuick = ({ seconds }: Mistake) => seconds <= QUICK_SECONDS
  const quick = mistakes.filter(isQuick)
  const chosen = new Set([
    ...random.shuffled(quick).slice(0, Math.ceil(quick.length / 3)),
    ...random.shuffled(mistakes.filter((one) => !isQuick(one) && one.seconds <= LONGEST_SECONDS)).slice(0, slow),
  ])
  return mistakes.filter((mistake) => chosen.has(mistake))
}
