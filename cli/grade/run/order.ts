/**
 * In turns from both ends: the smallest, the largest, the next smallest, … Small hand-ins are mostly half done, and those wait longest, for what does not come; large ones have most
 * to do. So long waits begin early, and the processor has work beside them. Only the time depends on it.
 */
export function fromBothEnds<T>(all: readonly { readonly one: T; readonly size: number }[]): T[] {
  const sorted = all.toSorted((a, b) => a.size - b.size)
  return sorted.map((_, turn) => {
    const index = turn % 2 === 0 ? turn / 2 : sorted.length - (turn + 1) / 2
    return sorted[index]!.one
  })
}
