import type { Paint } from '../terminal/paint.ts'
import type { Check } from './check.ts'
import type { ManualItem } from './manual.ts'
import type { CheckReport, Report } from './report.ts'
import type { Diagnosis } from './verdict.ts'

const MARK = { pass: '✓', fail: '✗', skipped: '–', 'kit-fault': '!' } as const

/** One check for people: its line, and where it did not pass the diagnosis in the order of the contract. */
export function checkText(check: Pick<Check, 'title'>, report: CheckReport, paint: Paint): string {
  const paintMark = { pass: paint.good, fail: paint.bad, skipped: paint.faint, 'kit-fault': paint.warn }[report.verdict]
  const marks = report.verdict === 'pass' ? `${report.marks}` : `${report.marks} of ${report.max}`
  const flaky = report.flaky ? paint.warn('  flaky: it passed at the second try only') : ''
  const head = `${paintMark(MARK[report.verdict])} ${report.id} ${check.title}  ${paint.faint(`(${marks})`)}${flaky}`
  if (report.diagnosis === undefined) return head
  if (report.verdict === 'skipped') return `${head}\n     ${paint.faint(report.diagnosis.saw)}`
  return `${head}\n${diagnosisText(report.diagnosis, paint)}`
}

function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  const { id, did, expected, saw, first, cause, next } = diagnosis
  const rows: [string, string][] = [
    ['did', did],
    ['expected', expected],
    ['saw', saw],
    ...(first === saw ? [] : [['first', first] as [string, string]]),
    ['cause', cause],
    ['next', paint.accent(next)],
  ]
  const lines = rows.map(
    ([name, text]) => `     ${paint.faint(name.padEnd(9))}${text.replaceAll('\n', '\n              ')}`,
  )
  return [...lines, `     ${paint.faint(`[${id}]`)}`].join('\n')
}

export function summaryText(report: Report, paint: Paint): string {
  const failed = report.parts.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'fail').length
  const all = report.marks === report.max
  const text = `${report.marks} of ${report.max} marks in ${report.seconds} s`
  return all ? paint.good(text) : `${paint.strong(text)}${failed > 0 ? `, ${failed} failed` : ''}`
}

/** The answers that no rule can judge, one a line, with what their author gave them. */
export function manualText(items: readonly ManualItem[], paint: Paint): string {
  const max = items.reduce((sum, { marks }) => sum + marks, 0)
  const self = items.reduce((sum, { selfMark }) => sum + (selfMark ?? 0), 0)
  const lines = items.map(({ id, ask, marks, written, selfMark }) => {
    const sign = written ? (selfMark === null ? paint.warn('?') : paint.good('·')) : paint.bad('✗')
    const state = written ? (selfMark === null ? 'not marked yet' : `you say ${selfMark}`) : 'not written yet'
    return `${sign} ${id}  ${ask}  ${paint.faint(`(manual, of ${marks}: ${state})`)}`
  })
  const head = `Open answers, for you and your instructor to mark: ${self} of ${max} by your own count`
  return [paint.strong(head), ...lines].join('\n')
}
