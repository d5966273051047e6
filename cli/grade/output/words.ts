import type { ProcessStory } from '../../check/history.ts'
import type { Result, Status } from '../result.ts'
import type { Score } from '../rubric/score.ts'

/** Marks as a gradebook has them: no zeros behind the point. */
export const marksText = ({ marks, max, open }: Pick<Score, 'marks' | 'max' | 'open'>): string =>
  `${marks} of ${max}${open > 0 ? `, ${open} still open` : ''}`

export const STATUS_TEXT: Record<Status, string> = {
  graded: 'graded',
  cut: 'time was over',
  incomplete: 'not complete: grade again',
  refused: 'refused, not checked',
  missing: 'nothing handed in',
}

/** What a reader must know before the marks; empty where all went its way. */
export function statusSentence({ status, seconds }: Result): string {
  if (status === 'cut')
    return `The programs had used up their time after ${Math.round(seconds / 60)} minutes; checks that had no verdict then count as failed.`
  if (status === 'incomplete')
    return 'Some checks could not be done for reasons of the machine, not of the hand-in. They cost no marks and are counted as open; grade again with --resume.'
  if (status === 'refused') return 'The hand-in was not taken; the findings say why. No check was run.'
  if (status === 'missing') return 'Nothing was handed in under this name.'
  return ''
}

const TIERS: Record<string, string> = {
  T3: 'in a sandbox with a limit for memory (bubblewrap and a cgroup)',
  T2: 'in a sandbox (bubblewrap)',
  T1: 'in a Docker container',
  T0: 'NOT isolated: with the rights of whoever graded',
}
export const tierText = (tier: string): string =>
  `${tier}: the programs ran ${TIERS[tier] ?? 'in a way that is not known'}.`

export function exitText({ exit, ended }: Pick<ProcessStory, 'exit' | 'ended'>): string {
  const why = ended === undefined ? '' : ` (ended by the kit: ${ended})`
  if (exit === undefined) return `still running${why}`
  return `${exit.code === null ? `ended by ${exit.signal}` : `exit code ${exit.code}`}${why}`
}

/** What to do first: the next step of each diagnosis, each once, in the order of the checks. */
export function nextSteps({ report }: Result): string[] {
  const failed = report.parts.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'fail')
  const steps = failed.flatMap(({ id, diagnosis }) => (diagnosis === undefined ? [] : [{ id, next: diagnosis.next }]))
  const grouped = Map.groupBy(steps, ({ next }) => next)
  return [...grouped].map(([next, all]) => `${all.map(({ id }) => id).join(', ')}: ${next}`)
}
