import type { StoryStep } from '../../hub/protocol.ts'

export interface Column {
  readonly forward: StoryStep | null
  /** What undoes the step above; mirrored below it. */
  readonly undone: readonly StoryStep[]
}

/** Steps side by side, each with what takes it back below it. A compensation that undoes nothing that is shown gets a column of its own. */
export function columnsOf(steps: readonly StoryStep[]): Column[] {
  const forward = steps.filter(({ lane }) => lane === 'forward')
  const back = steps.filter(({ lane }) => lane === 'compensation')
  const homeless = back.filter(({ undoes }) => !forward.some(({ type }) => type === undoes))
  return [
    ...forward.map((step) => ({ forward: step, undone: back.filter(({ undoes }) => undoes === step.type) })),
    ...homeless.map((step) => ({ forward: null, undone: [step] })),
  ]
}

/** Shares of the whole, in percent, for a bar of waiting and one of working; both 0 where nothing was measured. */
export function shares(step: StoryStep, longestMs: number): { readonly waited: number; readonly worked: number } {
  const part = (ms: number | null) => (ms && longestMs > 0 ? Math.min(100, (100 * ms) / longestMs) : 0)
  return { waited: part(step.waitedMs), worked: part(step.workedMs) }
}

export const longest = (steps: readonly StoryStep[]): number =>
  Math.max(0, ...steps.map(({ waitedMs, workedMs }) => (waitedMs ?? 0) + (workedMs ?? 0)))
