import type { Check } from './check.ts'
import { failWorkspace } from './diagnoses.ts'
import type { History, ProcessStory } from './history.ts'
import { type Diagnosis, type Judgement, KitFault } from './verdict.ts'

/** What one run of a scenario came to: a history to judge, or a judgement that holds for every check on it. */
export type Outcome =
  | { readonly kind: 'driven'; readonly history: History<unknown> }
  | { readonly kind: 'blocked'; readonly history: History<unknown>; readonly judgement: Judgement }

/** Pure: also used to redo marks from stored histories. */
export function judge(check: Check, outcome: Outcome): Judgement {
  if (outcome.kind === 'blocked') return outcome.judgement
  const wild = outcome.history.processes.find(({ ended }) => ended === 'memory' || ended === 'flood')
  if (wild !== undefined) return failWild(wild)
  try {
    return check.judge(outcome.history)
  } catch (error) {
    return kitFault(error)
  }
}

function failWild(story: ProcessStory): Judgement {
  const id = story.ended === 'memory' ? 'process.too-much-memory' : 'process.too-much-output'
  const saw = story.acts.findLast(({ act }) => act === 'SIGKILL')?.why ?? 'the kit ended it'
  return failWorkspace(id, { did: `ran ${story.name}: ${story.command}`, saw: `${saw}; the kit ended it`, first: saw })
}

export function kitFault(error: unknown): Judgement {
  return { kind: 'kit-fault', diagnosis: faultDiagnosis(error) }
}

function faultDiagnosis(error: unknown): Diagnosis {
  const message = error instanceof Error ? error.message : String(error)
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const text =
    error instanceof KitFault
      ? { id: error.id, cause: 'Not your code: this costs no marks.', next: error.remedy }
      : code === 'ENOSPC'
        ? { id: 'kit.disk-full', cause: 'The disk is full.', next: 'Free some space, then check again.' }
        : {
            id: 'kit.threw',
            cause: 'A fault of the kit itself: this costs no marks.',
            next: 'lab doctor, then check again',
          }
  return {
    ...text,
    did: 'worked on this check',
    expected: 'the kit and its broker to do their part',
    saw: message,
    first: message,
  }
}
