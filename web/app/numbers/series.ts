import type { SeriesPoint } from '../../hub/protocol.ts'

const MOST_LINES = 4

/** The groups that were farthest behind, as far as a chart can show them apart; sorted by name, so that colours stay. */
export function worstLag(series: readonly SeriesPoint[]): string[] {
  const worst = new Map<string, number>()
  for (const { lag } of series)
    for (const [group, value] of Object.entries(lag)) worst.set(group, Math.max(value, worst.get(group) ?? 0))
  return [...worst]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_LINES)
    .map(([group]) => group)
    .sort()
}
