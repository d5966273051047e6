import type { CheckReport } from '../../check/report.ts'
import type { Diagnosis } from '../../check/verdict.ts'
import { safe } from '../../terminal/safe.ts'
import { checksIn, type Graded, type GradedClass } from './graded.ts'
import { statusSentence, tierText } from './words.ts'

/** `grades.json`. */
export function gradesJson({ grading, students, made }: GradedClass) {
  return {
    kind: 'saga-lab-grades',
    version: 1,
    made,
    rubric: grading.rubric.title,
    seed: grading.seed,
    tier: grading.tier,
    checks: grading.checks,
    students: students.map(({ result: { report, ...facts }, score }) => ({
      ...facts,
      score,
      checks: report.parts.flatMap((part) =>
        part.checks.map(({ id, verdict, marks, max, diagnosis }) => ({
          id,
          verdict,
          marks,
          max,
          diagnosis: diagnosis?.id ?? null,
        })),
      ),
    })),
  }
}

/** `<student>/gradescope.json`: what Gradescope's autograder reads as results.json. A test a check, in the order of the rubric. */
export function gradescopeJson({ result, score }: Graded, titles: ReadonlyMap<string, string>) {
  const reports = new Map(checksIn(result).map((check) => [check.id, check]))
  const lines = score.criteria.flatMap((criterion) =>
    criterion.lines.map((line) => ({ criterion: criterion.title, line })),
  )
  const tests = lines.flatMap(({ criterion, line }) => {
    if (line.manual !== undefined) {
      return [
        { name: `${criterion}: ${line.title}`, score: line.marks, max_score: line.max, output: line.manual.comment },
      ]
    }
    return line.checks.map(({ id, verdict, marks, max }) => ({
      name: `${criterion}: ${titles.get(id) ?? id}`,
      number: id,
      score: marks,
      max_score: max,
      status: verdict === 'pass' ? 'passed' : 'failed',
      output: outputOf(reports.get(id)),
    }))
  })
  const output = [
    tierText(result.tier),
    statusSentence(result),
    score.comment,
    ...result.findings.map(({ says }) => says),
  ]
  return {
    score: score.marks,
    execution_time: Math.round(result.seconds),
    visibility: 'visible',
    output_format: 'text',
    output: safe(output.filter(Boolean).join('\n')),
    tests,
  }
}

/** `<student>/junit.xml`: a suite a part, a case a check. */
export function junitXml({ result }: Graded, titles: ReadonlyMap<string, string>): string {
  const all = checksIn(result)
  const suites = result.report.parts.map(({ part, checks }) => {
    const cases = checks.map((check) => {
      const head = `    <testcase classname="${xml(part)}" name="${xml(`${check.id} ${titles.get(check.id) ?? ''}`)}" time="${check.seconds}"`
      const body = caseOf(check)
      return body === '' ? `${head}/>` : `${head}>${body}</testcase>`
    })
    return `  <testsuite name="${xml(part)}" ${counts(checks)}>\n${cases.join('\n')}\n  </testsuite>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xml(result.student.name)}" ${counts(all)}>\n${suites.join('\n')}\n</testsuites>\n`
}

function caseOf({ verdict, diagnosis }: CheckReport): string {
  if (verdict === 'pass' || diagnosis === undefined) return ''
  if (verdict === 'skipped') return `<skipped message="${xml(diagnosis.saw)}"/>`
  const tag = verdict === 'fail' ? 'failure' : 'error'
  return `<${tag} type="${xml(diagnosis.id)}" message="${xml(diagnosis.saw.split('\n')[0] ?? '')}">${xml(told(diagnosis))}</${tag}>`
}

function counts(checks: readonly CheckReport[]): string {
  const of = (verdict: CheckReport['verdict']) => checks.filter((one) => one.verdict === verdict).length
  const seconds = Math.round(checks.reduce((sum, one) => sum + one.seconds, 0) * 10) / 10
  return `tests="${checks.length}" failures="${of('fail')}" errors="${of('kit-fault')}" skipped="${of('skipped')}" time="${seconds}"`
}

const told = ({ did, expected, saw, first, cause, next }: Diagnosis): string =>
  Object.entries({ did, expected, saw, first, cause, next })
    .map(([name, text]) => `${name}: ${text}`)
    .join('\n')

const outputOf = (check: CheckReport | undefined): string => {
  if (check === undefined) return 'It was not run.'
  return check.diagnosis === undefined
    ? ''
    : safe(check.verdict === 'skipped' ? check.diagnosis.saw : told(check.diagnosis))
}

const CODES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** `safe` leaves no control characters, which XML has no way to write at all; the two non-characters are the rest. */
const xml = (text: string): string =>
  safe(text)
    .replace(/[\ufffe\uffff]/g, '?')
    .replace(/[&<>"']/g, (found) => CODES[found] ?? '')
