import { Random } from '../check/random.ts'
import type { Mistake } from './mistakes.ts'

/** Checks that take a minute or more, and how many mistakes of each a short run may try. */
const SLOW = new Set(['F5', 'I1', 'I2'])
const SLOW_IN_A_RUN = 1

/** About a third of the mistakes, chosen by the seed, of every part some; few of those whose check takes long. In the order given. */
export function rotation(mistakes: readonly Mistake[], seed: number): Mistake[] {
  const random = new Random(seed)
  const isSlow = (mistake: Mistake) => SLOW.has(mistake.fails[0] ?? '')
  const slow = random.shuffled(mistakes.filter(isSlow)).slice(0, SLOW_IN_A_RUN)
  const quick = [
    ...Map.groupBy(
      mistakes.filter((one) => !isSlow(one)),
      ({ part }) => part,
    ).values(),
  ].flatMap((own) => random.shuffled(own).slice(0, Math.ceil(own.length / 3)))
  const chosen = new Set([...slow, ...quick])
  return mistakes.filter((mistake) => chosen.has(mistake))
}
