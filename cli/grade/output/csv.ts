import { stringify } from 'csv-stringify/sync'
import { safe } from '../../terminal/safe.ts'
import type { GradedClass } from './graded.ts'
import { STATUS_TEXT } from './words.ts'

type Cell = string | number | null

/** Numbers stay numbers; a text that a spreadsheet would take for a formula gets a `'` in front (RFC 4180 quoting, OWASP's list of signs). */
function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const clean = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? safe(cell).replace(/[\t\r\n]+/g, ' ') : cell)),
  )
  return stringify([header, ...clean], { escape_formulas: true, record_delimiter: 'windows' })
}

/** `grades.csv`: everything, a column a criterion. */
export function gradesCsv({ grading, students }: GradedClass): string {
  const criteria = grading.rubric.criteria.map(({ title, marks }) => `${title} (${marks})`)
  const header = [
    'student',
    'folder',
    'id',
    'email',
    'login',
    'marks',
    'max',
    'open',
    ...criteria,
    'status',
    'tier',
    'seconds',
    'findings',
  ]
  return csv(
    header,
    students.map(({ result, score }) => [
      result.student.name,
      result.student.key,
      result.student.id,
      result.student.email,
      result.student.login,
      score.marks,
      score.max,
      score.open,
      ...score.criteria.map(({ marks }) => marks),
      result.status,
      result.tier,
      result.seconds,
      result.findings.map(({ id }) => id).join(' '),
    ]),
  )
}

/** `moodle.csv`: the grading worksheet of an assignment, as "Upload grading worksheet" takes it back. */
export function moodleCsv({ students }: GradedClass): string {
  const header = [
    'Identifier',
    'Full name',
    'Email address',
    'Status',
    'Grade',
    'Maximum grade',
    'Grade can be changed',
    'Feedback comments',
  ]
  return csv(
    header,
    students.map(({ result, score }) => [
      result.student.id === null ? '' : `Participant ${result.student.id}`,
      result.student.name,
      result.student.email ?? '',
      result.source === null ? 'No submission' : 'Submitted for grading',
      score.marks,
      score.max,
      'Yes',
      feedback(result.status, score.criteria),
    ]),
  )
}

/** `canvas.csv`: the gradebook's own form; the row below the header says what is possible. */
export function canvasCsv({ grading, students }: GradedClass): string {
  const most = students[0]?.score.max ?? 100
  return csv(
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', grading.rubric.title],
    [
      ['Points Possible', '', '', '', '', most],
      ...students.map(({ result: { student }, score }): Cell[] => [
        student.name,
        student.id ?? '',
        '',
        student.login ?? '',
        '',
        score.marks,
      ]),
    ],
  )
}

function feedback(
  status: keyof typeof STATUS_TEXT,
  criteria: readonly { title: string; marks: number; max: number }[],
): string {
  const lines = criteria.map(({ title, marks, max }) => `${title} ${marks} of ${max}`).join('; ')
  return status === 'graded' ? lines : `${STATUS_TEXT[status]}. ${lines}`
}
