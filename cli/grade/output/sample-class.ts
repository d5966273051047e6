import { CONTRACT } from '../../check/contract.ts'
import { type Selected, select } from '../../check/course.ts'
import { reportOf } from '../../check/report.ts'
import type { Grading } from '../grading-file.ts'
import type { Result, Student } from '../result.ts'
import { loadRubric } from '../rubric/load.ts'

/** A small class made by hand, for tests of outputs. */
export async function sampleGrading(students: readonly string[]): Promise<Grading> {
  const rubric = await loadRubric()
  const checks = (await select(['all'])).flatMap((one) => one.checks.map(({ id }) => id))
  const facts = {
    dir: '/hand-ins',
    rubricFile: 'rubric/rubric.yml',
    rubric,
    checks,
    seed: 7,
    tier: 'T3',
    how: 'sample',
  }
  return { kind: 'saga-lab-grading', version: 1, ...facts, students: [...students] }
}

export const sampleStudent = (key: string, more: Partial<Student> = {}): Student => ({
  key,
  name: key,
  id: null,
  email: null,
  login: null,
  ...more,
})

/** A result in which the checks of `failed` failed, with `text` in every field of their diagnoses. */
export async function sampleResult(
  student: Student,
  { failed = [], text = 'it was so', ...more }: { failed?: readonly string[]; text?: string } & Partial<Result> = {},
): Promise<Result> {
  const selected: Selected[] = await select(['all'])
  const diagnosis = { id: 'sample.wrong', did: text, expected: text, saw: text, first: text, cause: text, next: text }
  const parts = selected.map(({ part, checks }) => ({
    part,
    checks: checks.map(({ id, marks: max }) =>
      failed.includes(id)
        ? { id, verdict: 'fail' as const, marks: 0, max, seconds: 2, diagnosis }
        : { id, verdict: 'pass' as const, marks: max, max, seconds: 1 },
    ),
  }))
  return {
    kind: 'saga-lab-result',
    version: 1,
    student,
    source: student.key,
    fingerprint: 'f',
    status: 'graded',
    tier: 'T3',
    seed: 7,
    began: '2026-11-21T08:00:00.000Z',
    seconds: 100,
    findings: [],
    report: { ...reportOf(parts, 100), contract: CONTRACT },
    ...more,
  }
}
