import { rm } from 'node:fs/promises'
import path from 'node:path'
import { bytesOf, fingerprintOf, type Submission } from '../find/find.ts'
import { type Result, readResult } from '../result.ts'
import { inLanes, type Lanes } from './lanes.ts'
import { BUSY_MACHINE, gradeOne, type RunSettings } from './one.ts'
import { fromBothEnds } from './order.ts'

export interface ClassOptions {
  /** How many hand-ins are checked at a time. */
  readonly lanes: Lanes
  /** Keep what is there already, where the hand-in is still the same. */
  readonly resume: boolean
  readonly onStart?: (key: string) => void
  readonly onAt?: (key: string, checks: readonly string[]) => void
  /** `kept`: it was there already. `again`: the machine was at fault, and it will be tried once more. */
  readonly onEnd?: (result: Result, how: 'new' | 'kept' | 'again') => void
}

/**
 * Grades all hand-ins, several at a time, and resolves to what is stored, in the order given. What the machine failed of a hand-in is tried
 * once more at the end, half as many at a time: twice the machine for each. Interrupted, it resolves to what is done.
 */
export async function gradeClass(
  submissions: readonly Submission[],
  settings: RunSettings,
  options: ClassOptions,
): Promise<Result[]> {
  const { out, signal } = settings
  const done = new Map<string, Result>()
  const failed: (readonly [Submission, Result])[] = []
  const work = async (submission: Submission, before?: Result): Promise<void> => {
    const { key } = submission.student
    const fingerprint = await printOf(submission)
    const stored = options.resume && before === undefined ? await readResult(out, key) : undefined
    if (stored !== undefined && isKept(stored, fingerprint, settings)) {
      done.set(key, stored)
      return options.onEnd?.(stored, 'kept')
    }
    options.onStart?.(key)
    const result = await gradeOne(submission, fingerprint, settings, (checks) => options.onAt?.(key, checks), before)
    if (result === undefined) return
    done.set(key, result)
    const retry = before === undefined && isMachinesFault(result)
    if (retry) failed.push([submission, result])
    options.onEnd?.(result, retry ? 'again' : 'new')
  }
  const sized = submissions.map(async (one) => ({ one, size: await sizeOf(one) }))
  const inTurns = fromBothEnds(await Promise.all(sized))
  await inLanes(options.lanes, inTurns, (one) => work(one), { signal })
  const few = Math.ceil(options.lanes.base / 2)
  await inLanes({ base: few, most: few }, failed, ([one, before]) => work(one, before), { signal })
  await rm(path.join(out, '.work'), { recursive: true, force: true })
  return submissions.flatMap(({ student: { key } }) => done.get(key) ?? [])
}

/** It could not be checked, or lost marks while the machine had no time for it. */
export function isMachinesFault({ status, findings, report }: Pick<Result, 'status' | 'findings' | 'report'>): boolean {
  if (status === 'incomplete') return true
  const lostMarks = report.parts.some(({ checks }) => checks.some(({ verdict }) => verdict === 'fail'))
  return status === 'graded' && lostMarks && findings.some(({ id }) => id === BUSY_MACHINE)
}

// Whatever cannot be looked at is told when it is taken in.
const sizeOf = async ({ source }: Submission): Promise<number> =>
  source === null ? 0 : await bytesOf(source).catch(() => 0)
const printOf = async ({ source }: Submission): Promise<string> =>
  source === null ? '' : await fingerprintOf(source).catch(() => '')

function isKept(
  { status, fingerprint, seed, report }: Result,
  now: string,
  { seed: asked, selected }: RunSettings,
): boolean {
  if (status === 'incomplete' || fingerprint !== now || seed !== asked) return false
  if (status === 'refused' || status === 'missing') return true
  const ids = report.parts.flatMap(({ checks }) => checks.map(({ id }) => id))
  return selected.every(({ checks }) => checks.every(({ id }) => ids.includes(id)))
}
