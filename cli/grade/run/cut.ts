import type { Selected } from '../../check/course.ts'
import { type CheckReport, type Report, reportOf } from '../../check/report.ts'
import type { Diagnosis } from '../../check/verdict.ts'

/** The diagnosis of a check that was not done because the hand-in had used up its time. */
export const CUT = 'grade.out-of-time'

/** How a run came to its end: by itself, because its time was over, or through a fault of the machine. */
export type Ending = { readonly kind: 'done' } | { readonly kind: 'cut'; readonly minutes: number } | Fault
export interface Fault {
  readonly kind: 'fault'
  readonly message: string
}

/** A whole report of what was told check by check: what has no verdict failed if time was over, and is open if the machine is to blame. */
export function wholeReport(
  selected: readonly Selected[],
  verdicts: ReadonlyMap<string, CheckReport>,
  ending: Ending,
  seconds: number,
): Report {
  const parts = selected.map(({ part, checks }) => ({
    part,
    checks: checks.map(
      ({ id, marks: max }) => verdicts.get(id) ?? { id, ...withoutVerdict(ending), marks: 0, max, seconds: 0 },
    ),
  }))
  return reportOf(parts, Math.round(seconds * 10) / 10)
}

function withoutVerdict(ending: Ending): Pick<CheckReport, 'verdict'> & { diagnosis: Diagnosis } {
  if (ending.kind === 'cut') return { verdict: 'fail', diagnosis: outOfTime(ending.minutes) }
  const message = ending.kind === 'fault' ? ending.message : 'the worker ended without a verdict'
  return {
    verdict: 'kit-fault',
    diagnosis: {
      id: 'grade.worker-failed',
      did: 'worked on this hand-in',
      expected: 'a verdict for each check',
      saw: message,
      first: message,
      cause: 'Not the student: a fault of the machine or of the kit. It costs no marks.',
      next: 'lab grade … --resume',
    },
  }
}

function outOfTime(minutes: number): Diagnosis {
  const saw = `the ${minutes} minutes of this hand-in were over before this check`
  return {
    id: CUT,
    did: 'ran the checks of this hand-in one after the other',
    expected: `all checks together to end within ${minutes} minutes; a right shop takes about two`,
    saw,
    first: saw,
    cause: 'Something hangs: the checks before this one waited to the end of their deadlines.',
    next: 'mend what the earlier checks found, then: lab check',
  }
}
