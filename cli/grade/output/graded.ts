import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ALL_PART_NAMES, checksOf } from '../../check/course.ts'
import type { ProcessStory } from '../../check/history.ts'
import type { Outcome } from '../../check/judge.ts'
import type { CheckReport } from '../../check/report.ts'
import type { Grading } from '../grading-file.ts'
import { evidencePath, type Result } from '../result.ts'
import type { Manual } from '../rubric/manual.ts'
import { type Score, scoreOf } from '../rubric/score.ts'

/** A student's result by the rubric: what every output is made of. */
export interface Graded {
  readonly result: Result
  readonly score: Score
}

export interface GradedClass {
  readonly grading: Grading
  readonly students: readonly Graded[]
  /** ISO 8601, UTC. */
  readonly made: string
}

export function gradedClass(grading: Grading, results: readonly Result[], manual: Manual, now: number): GradedClass {
  const students = results.map((result) => ({
    result,
    score: scoreOf(grading.rubric, result.report, grading.checks, manual[result.student.key]),
  }))
  return { grading, students, made: new Date(now).toISOString() }
}

export const checksIn = ({ report }: Result): CheckReport[] => report.parts.flatMap(({ checks }) => checks)

/** The titles of all checks, by id. */
export async function checkTitles(): Promise<ReadonlyMap<string, string>> {
  const all = await Promise.all(ALL_PART_NAMES.map(checksOf))
  return new Map(all.flat().map(({ id, title }) => [id, title]))
}

/** What the programs of a scenario said at their ends, for the checks that did not pass. */
export interface Log {
  readonly scenario: string
  readonly checks: readonly string[]
  readonly programs: readonly Pick<ProcessStory, 'name' | 'command' | 'exit' | 'tail' | 'ended'>[]
}

const MOST_PROGRAMS = 8

/** From the stored histories; a scenario without one is left out. */
export async function logsOf(out: string, result: Result): Promise<Log[]> {
  const failed = new Set(
    checksIn(result)
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id }) => id),
  )
  const checks = (await Promise.all(ALL_PART_NAMES.map(checksOf))).flat().filter(({ id }) => failed.has(id))
  const scenarios = Map.groupBy(checks, (check) => check.drive.name)
  const logs = [...scenarios].map(async ([scenario, own]): Promise<Log | undefined> => {
    const file = path.join(evidencePath(out, result.student.key), `${scenario}.1.json`)
    try {
      const { history } = JSON.parse(await readFile(file, 'utf8')) as Outcome
      const programs = history.processes.filter(({ tail }) => tail.length > 0).slice(0, MOST_PROGRAMS)
      return { scenario, checks: own.map(({ id }) => id), programs }
    } catch {
      return undefined
    }
  })
  return (await Promise.all(logs)).filter((log) => log !== undefined && log.programs.length > 0) as Log[]
}
