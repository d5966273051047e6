import type { CheckReport, Report } from '../../check/report.ts'
import type { ManualEntry } from './manual.ts'
import { type ChecksLine, isManual, type Line, lineMarks, type ManualLine, type Rubric } from './shape.ts'

export type CheckVerdict = CheckReport['verdict'] | 'not run'

export interface ScoredCheck {
  readonly id: string
  readonly verdict: CheckVerdict
  readonly marks: number
  readonly max: number
}

export interface ScoredLine {
  readonly title: string
  readonly marks: number
  readonly max: number
  readonly checks: readonly ScoredCheck[]
  /** Where a person decides: under which name in manual.yml, what is there, and the level that fits. */
  readonly manual?: { readonly name: string; readonly given: boolean; readonly level: string; readonly comment: string }
}

export interface ScoredCriterion {
  readonly id: string
  readonly title: string
  readonly marks: number
  readonly max: number
  readonly lines: readonly ScoredLine[]
}

/** A hand-in by the rubric. */
export interface Score {
  readonly marks: number
  readonly max: number
  /** Marks that could still come: of checks that the machine failed, of lines that no person has judged yet. */
  readonly open: number
  /** What a person added or took away, with the reason; it is in `marks`. */
  readonly adjusted: { readonly marks: number; readonly why: string } | null
  readonly comment: string
  readonly criteria: readonly ScoredCriterion[]
}

/** Counts the marks. `asked`: the ids of the checks that were to be run; the others count for nothing and are no part of `max`. */
export function scoreOf(rubric: Rubric, report: Report, asked: readonly string[], manual: ManualEntry = {}): Score {
  const checks = new Map(report.parts.flatMap((part) => part.checks.map((check) => [check.id, check])))
  const criteria = rubric.criteria.map(({ id, title, lines }): ScoredCriterion => {
    const scored = lines.map((line) => (isManual(line) ? byHand(line, manual) : byChecks(line, checks, asked)))
    return { id, title, marks: sum(scored, 'marks'), max: sum(scored, 'max'), lines: scored }
  })
  const max = sum(criteria, 'max')
  const adjusted = manual.adjust === undefined ? null : manual.adjust
  const marks = Math.min(max, Math.max(0, round(sum(criteria, 'marks') + (adjusted?.marks ?? 0))))
  return { marks, max, open: round(openMarks(criteria)), adjusted, comment: manual.comment ?? '', criteria }
}

function byChecks(line: ChecksLine, reports: ReadonlyMap<string, CheckReport>, asked: readonly string[]): ScoredLine {
  const checks = Object.entries(line.checks)
    .filter(([id]) => asked.includes(id))
    .map(([id, max]): ScoredCheck => {
      const report = reports.get(id)
      if (report === undefined) return { id, verdict: 'not run', marks: 0, max }
      return { id, verdict: report.verdict, marks: round((report.marks / report.max) * max), max }
    })
  return { title: line.title, marks: sum(checks, 'marks'), max: sum(checks, 'max'), checks }
}

function byHand(line: ManualLine, manual: ManualEntry): ScoredLine {
  const given = manual.lines?.[line.manual]
  const marks = given?.marks ?? 0
  const level = given === undefined ? undefined : line.levels.findLast((one) => one.marks <= marks)
  const facts = {
    name: line.manual,
    given: given !== undefined,
    level: level?.says ?? '',
    comment: given?.comment ?? '',
  }
  return { title: line.title, marks, max: lineMarks(line), checks: [], manual: facts }
}

function openMarks(criteria: readonly ScoredCriterion[]): number {
  const lines = criteria.flatMap((one) => one.lines)
  const machine = lines.flatMap((line) => line.checks).filter(({ verdict }) => verdict === 'kit-fault')
  const people = lines.filter(({ manual }) => manual?.given === false)
  return [...machine, ...people].reduce((total, one) => total + one.max, 0)
}

/** The ids that a rubric asks for. */
export function checksOfRubric(rubric: Rubric): string[] {
  return rubric.criteria.flatMap(({ lines }) =>
    lines.flatMap((line: Line) => (isManual(line) ? [] : Object.keys(line.checks))),
  )
}

const sum = (all: readonly { marks: number; max: number }[], of: 'marks' | 'max'): number =>
  round(all.reduce((total, one) => total + one[of], 0))

/** Two places: as much as a gradebook shows. */
const round = (marks: number): number => Math.round(marks * 100) / 100
