import type { Lesson } from '../../labs/lesson.ts'
import { type AnyPart, CONTRACT, MARKS, type Part } from '../check/contract.ts'
import type { VerdictKind } from '../check/verdict.ts'
import { columns } from '../terminal/columns.ts'
import type { Paint } from '../terminal/paint.ts'
import { letterOf } from './lessons.ts'
import { type CheckProgress, marksOf, type Progress, partProgress } from './progress.ts'
import { bar, type LineMarks, rubricMarks } from './rubric-lines.ts'

/** Progress as a whole, for `lab progress --json` and the report. */
export interface Standing {
  readonly contract: number
  readonly marks: number
  readonly max: number
  readonly minutes: number
  readonly current: Part | null
  readonly rubric: readonly LineMarks[]
  readonly parts: readonly PartStanding[]
}

export interface PartStanding {
  readonly part: AnyPart
  readonly title: string
  readonly marks: number
  readonly best: number
  readonly max: number
  readonly minutes: number
  readonly planned: number
  readonly startedAt: string | null
  readonly attempts: number
  readonly answersOpened: number
  readonly quiz: { readonly right: number; readonly of: number } | null
  readonly checks: readonly ({ readonly id: string } & CheckProgress)[]
}

export function standing(progress: Progress, lessons: readonly Lesson[]): Standing {
  const parts = lessons.map((lesson) => partStanding(progress, lesson))
  return {
    contract: CONTRACT,
    marks: parts.reduce((sum, { marks }) => sum + marks, 0),
    max: parts.reduce((sum, { max }) => sum + max, 0),
    minutes: Math.round(parts.reduce((sum, { minutes }) => sum + minutes, 0)),
    current: progress.current,
    rubric: rubricMarks(progress),
    parts,
  }
}

function partStanding(progress: Progress, { folder, title, minutes: planned }: Lesson): PartStanding {
  const { best, minutes, startedAt, attempts, answersOpened, quiz } = partProgress(progress, folder)
  const checks = Object.entries(progress.checks)
    .filter(([id]) => id[0]?.toLowerCase() === folder[0])
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, check]) => ({ id, ...check }))
  const marks = marksOf(progress, folder)
  const facts = { startedAt, attempts, answersOpened, quiz, checks }
  return { part: folder, title, marks, best, max: MARKS[folder], minutes: Math.round(minutes), planned, ...facts }
}

export const inMinutes = (minutes: number): string => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`

const SIGN: Record<VerdictKind, string> = { pass: '✓', fail: '✗', skipped: '–', 'kit-fault': '!' }

/** `lab progress`, for people. */
export function standingText(standing: Standing, paint: Paint): string {
  const { marks, max, minutes, current } = standing
  const cell = (have: number, most: number, width: number) => {
    const { full, rest } = bar(have, most, width)
    return paint.good(full) + paint.faint(rest)
  }
  const lines = standing.rubric.map(({ title, parts, marks: have, max: most }) => [
    title,
    cell(have, most, 20),
    `${have} of ${most}`,
    paint.faint(parts.map(letterOf).join(' ')),
  ])
  const parts = standing.parts.map((one) => [
    one.part === current ? paint.accent('›') : ' ',
    letterOf(one.part),
    one.title,
    `${one.marks} of ${one.max}`,
    one.startedAt === null && one.attempts === 0 ? paint.faint('not started') : `${one.minutes} of ${one.planned} min`,
    one.checks.map((check) => checkSign(check, paint)).join(' '),
  ])
  return [
    `${cell(marks, max, 40)} ${paint.strong(`${marks} of ${max} marks`)}, ${inMinutes(minutes)}\n`,
    `${columns(lines, 2)}\n`,
    columns(parts),
  ].join('\n')
}

function checkSign({ id, verdict, at }: { id: string } & CheckProgress, paint: Paint): string {
  const text = `${id}${at === null ? '·' : SIGN[verdict]}`
  return verdict === 'pass' ? paint.good(text) : verdict === 'fail' ? paint.bad(text) : paint.faint(text)
}
