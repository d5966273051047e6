import { type History, pairsOf, productsOf } from './domain.ts'

/** How buyers of products, and common buyers of pairs, change by a batch of histories. Pairs stand both ways, so that each product finds its own. */
export interface Tally {
  readonly products: ReadonlyMap<string, number>
  readonly pairs: ReadonlyMap<string, number>
}

/** What a user counted for before goes, what the user counts for now comes; `after` is undefined for one who is dropped. */
export const tallyOf = (
  changes: Iterable<{ readonly before: History | undefined; readonly after: History | undefined }>,
): Tally => {
  const products = new Map<string, number>()
  const pairs = new Map<string, number>()
  const add = (history: History | undefined, sign: 1 | -1): void => {
    if (history === undefined) return
    for (const product of productsOf(history)) count(products, product, sign)
    for (const pair of pairsOf(history)) {
      const [a, b] = JSON.parse(pair) as [string, string]
      count(pairs, pair, sign)
      count(pairs, JSON.stringify([b, a]), sign)
    }
  }
  for (const { before, after } of changes) {
    add(before, -1)
    add(after, 1)
  }
  return { products, pairs }
}

/** What comes to nothing is left out: most of a history is as it was before. */
const count = (counts: Map<string, number>, name: string, change: number): void => {
  const sum = (counts.get(name) ?? 0) + change
  if (sum === 0) counts.delete(name)
  else counts.set(name, sum)
}
