import type { Hint } from '../../labs/lesson.ts'
import type { CheckProgress } from './progress.ts'

export interface Step {
  readonly name: 'question' | 'pointer' | 'near-answer'
  readonly text: string
}

export const STEPS = 3

/**
 * How many steps of a hint open now: one more than before each time it is asked for, and at least as many as the runs of the check that did
 * not pass have earned (two runs open the second, four the third).
 */
export function stepsOpen(check: Pick<CheckProgress, 'attempts' | 'hints' | 'verdict'> | undefined): number {
  if (check === undefined) return 1
  const failed = check.verdict === 'pass' ? 0 : check.attempts
  return Math.min(STEPS, Math.max(check.hints + 1, 1 + Math.floor(failed / 2)))
}

export function stepsOf(hint: Hint, open: number): Step[] {
  const steps: Step[] = [
    { name: 'question', text: hint.question },
    { name: 'pointer', text: hint.pointer },
    { name: 'near-answer', text: hint.nearAnswer },
  ]
  return steps.slice(0, open)
}
