import { type AnyPart, isCore, MARKS, PARTS, type Part } from '../check/contract.ts'
import type { CheckReport, Report } from '../check/report.ts'
import type { Diagnosis, VerdictKind } from '../check/verdict.ts'
import type { CardStates } from './leitner.ts'

/** How far a student is. It is kept in `<workspace>/.lab/progress.json`; times are ISO 8601, UTC. */
export interface Progress {
  readonly version: 1
  /** The part at work. */
  readonly current: Part | null
  /** When something was last done: where the next minutes count from. */
  readonly lastSeen: string | null
  readonly parts: Readonly<Partial<Record<AnyPart, PartProgress>>>
  /** By the id of a check, such as `D2`. */
  readonly checks: Readonly<Record<string, CheckProgress>>
  /** Questions that were answered, by their id: when each comes again. */
  readonly cards?: CardStates
}

export interface PartProgress {
  /** When its starter was laid; null for a part that was checked without. */
  readonly startedAt: string | null
  /** How often at least one of its checks was run. */
  readonly attempts: number
  /** The most marks that it had at one time. */
  readonly best: number
  /** Time at work, from one command to the next; of a longer gap only the first 15 minutes count. */
  readonly minutes: number
  readonly answersOpened: number
  readonly quiz: { readonly right: number; readonly of: number } | null
}

export interface CheckProgress {
  /** Runs that came to pass or fail. */
  readonly attempts: number
  readonly verdict: VerdictKind
  readonly marks: number
  readonly max: number
  /** Of its last run; null when only its hint was asked for. */
  readonly at: string | null
  /** Steps of the hint that are open: 0 to 3. */
  readonly hints: number
  /** Of the last failure; its texts are cut at 2,000 characters. */
  readonly diagnosis: Diagnosis | null
}

const IDLE_MS = 15 * 60_000
const LONGEST_TEXT = 2_000

export const NO_PROGRESS: Progress = { version: 1, current: null, lastSeen: null, parts: {}, checks: {} }

const FRESH_PART: PartProgress = {
  startedAt: null,
  attempts: 0,
  best: 0,
  minutes: 0,
  answersOpened: 0,
  quiz: null,
}

export const partProgress = (progress: Progress, part: AnyPart): PartProgress => progress.parts[part] ?? FRESH_PART

const PART_LIST = Object.keys(PARTS) as Part[]
const ALL_PARTS = Object.keys(MARKS) as AnyPart[]
const ownerOf = (check: string): AnyPart | undefined => ALL_PARTS.find((part) => part[0] === check[0]?.toLowerCase())

function changePart(progress: Progress, part: AnyPart, change: Partial<PartProgress>): Progress {
  return { ...progress, parts: { ...progress.parts, [part]: { ...partProgress(progress, part), ...change } } }
}

/** Counts the minutes since the last command for the part that they were spent on. */
function spend(progress: Progress, part: AnyPart | null, now: number): Progress {
  const since = progress.lastSeen === null ? now : Date.parse(progress.lastSeen)
  const minutes = Math.min(Math.max(now - since, 0), IDLE_MS) / 60_000
  const seen = { ...progress, lastSeen: new Date(now).toISOString() }
  if (part === null) return seen
  return changePart(seen, part, { minutes: Math.round((partProgress(seen, part).minutes + minutes) * 10) / 10 })
}

/** The marks that the shop had when its checks were last run. */
export function marksOf(progress: Progress, part: AnyPart): number {
  const own = Object.entries(progress.checks).filter(([id]) => ownerOf(id) === part)
  return own.reduce((sum, [, { marks }]) => sum + marks, 0)
}

export const isComplete = (progress: Progress, part: AnyPart): boolean => marksOf(progress, part) >= MARKS[part]

export function recordStart(progress: Progress, part: AnyPart, now: number): Progress {
  const spent = spend(progress, progress.current, now)
  const startedAt = partProgress(spent, part).startedAt ?? new Date(now).toISOString()
  return changePart({ ...spent, current: isCore(part) ? part : spent.current }, part, { startedAt })
}

/**
 * A kit fault says nothing of the shop and changes nothing; a skipped check is no attempt. `behind`: these parts were looked at
 * because another one is at work, and that one stays at work.
 */
export function recordReport(progress: Progress, report: Report, now: number, behind = false): Progress {
  const tried = report.parts.filter(({ checks }) => checks.some(({ verdict }) => verdict !== 'kit-fault'))
  const only = tried.length === 1 && !behind ? (tried[0]?.part ?? null) : null
  let next = spend(progress, only ?? progress.current, now)
  const checks = { ...next.checks }
  for (const one of tried.flatMap((part) => part.checks)) {
    if (one.verdict !== 'kit-fault') checks[one.id] = recordCheck(checks[one.id], one, now)
  }
  // A part behind the course leaves the place in it as it is.
  const core = tried.map(({ part }) => part).filter(isCore)
  next = { ...next, checks, current: only !== null && isCore(only) ? only : next.current }
  for (const { part } of tried) {
    const { attempts, best } = partProgress(next, part)
    next = changePart(next, part, { attempts: attempts + 1, best: Math.max(best, marksOf(next, part)) })
  }
  if (next.current !== null) return next
  return { ...next, current: core.find((part) => !isComplete(next, part)) ?? core.at(-1) ?? null }
}

function recordCheck(before: CheckProgress | undefined, one: CheckReport, now: number): CheckProgress {
  const ran = one.verdict === 'skipped' ? 0 : 1
  const failed = one.verdict === 'fail' && one.diagnosis !== undefined
  return {
    attempts: (before?.attempts ?? 0) + ran,
    verdict: one.verdict,
    marks: one.marks,
    max: one.max,
    at: new Date(now).toISOString(),
    hints: before?.hints ?? 0,
    diagnosis: failed ? cut(one.diagnosis) : (before?.diagnosis ?? null),
  }
}

function cut(diagnosis: Diagnosis): Diagnosis {
  const short = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} …` : text)
  const { id, did, expected, saw, first, cause, next } = diagnosis
  return {
    id,
    did: short(did),
    expected: short(expected),
    saw: short(saw),
    first: short(first),
    cause: short(cause),
    next: short(next),
  }
}

export function recordHint(progress: Progress, check: string, open: number, now: number): Progress {
  const before = progress.checks[check]
  const fresh: CheckProgress = {
    attempts: 0,
    verdict: 'skipped',
    marks: 0,
    max: 0,
    at: null,
    hints: 0,
    diagnosis: null,
  }
  const spent = spend(progress, ownerOf(check) ?? progress.current, now)
  return { ...spent, checks: { ...spent.checks, [check]: { ...(before ?? fresh), hints: open } } }
}

export function recordAnswer(progress: Progress, part: AnyPart, now: number): Progress {
  const { answersOpened } = partProgress(progress, part)
  return changePart(spend(progress, progress.current, now), part, { answersOpened: answersOpened + 1 })
}

export function recordQuiz(progress: Progress, part: AnyPart, right: number, of: number, now: number): Progress {
  return changePart(spend(progress, part, now), part, { quiz: { right, of } })
}

/** The first part that has not all its marks; null when all have. */
export function firstOpen(progress: Progress): Part | null {
  return PART_LIST.find((part) => !isComplete(progress, part)) ?? null
}
