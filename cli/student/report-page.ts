import type { Diagnosis } from '../check/verdict.ts'
import { diagnosisList } from '../page/diagnosis.ts'
import { type Html, html, page } from '../page/html.ts'
import { letterOf } from './lessons.ts'
import { inMinutes, type PartStanding, type Standing } from './standing.ts'

export interface ReportData extends Standing {
  readonly kind: 'saga-lab-report'
  readonly name: string | null
  /** ISO 8601, UTC. */
  readonly made: string
}

/** Known by it, so that a second report may replace the first and nothing else. */
export const GENERATOR = 'saga-lab report'

/** One page that needs nothing from elsewhere: no script, no picture, no font. */
export function reportPage(report: ReportData): string {
  const { name, made, marks, max, minutes, rubric, parts } = report
  const lines = rubric.map(
    (line) => html`<tr><td>${line.title}</td><td>${line.parts.map(letterOf).join(', ')}</td>
<td><progress value="${line.marks}" max="${line.max}"></progress></td><td class="n">${line.marks} of ${line.max}</td></tr>`,
  )
  const body = html`<h1>Saga Lab report</h1>
<p>${name === null ? '' : html`<strong>${name}</strong> · `}${made} · ${inMinutes(minutes)} at work</p>
<p><strong>${marks} of ${max} marks</strong> in the last runs of the checks on the student's own machine. The instructor's run decides.</p>
<table><thead><tr><th>Rubric</th><th>Parts</th><th></th><th>Marks</th></tr></thead><tbody>
${lines}
</tbody></table>
${parts.map(partSection)}`
  return page({ title: `Saga Lab: ${marks} of ${max} marks`, generator: GENERATOR, body })
}

function partSection(part: PartStanding): Html {
  const { title, marks, best, max, minutes, planned, attempts, answersOpened, quiz, checks } = part
  const facts = [
    `${marks} of ${max} marks`,
    best > marks ? `${best} at best` : '',
    `${inMinutes(minutes)} (planned: ${planned})`,
    `${attempts} ${attempts === 1 ? 'check' : 'checks'}`,
    answersOpened > 0 ? `answer opened ${answersOpened} ${answersOpened === 1 ? 'time' : 'times'}` : '',
    quiz === null ? '' : `quiz: ${quiz.right} of ${quiz.of} right`,
  ]
  const rows = checks.map(
    (one) => html`<tr><td><code>${one.id}</code></td><td class="${one.verdict}">${one.verdict}</td>
<td class="n">${one.marks}</td><td class="n">${one.attempts}</td><td class="n">${one.hints}</td><td>${one.at ?? 'not run'}</td></tr>`,
  )
  const table = html`<table><thead><tr><th>Check</th><th>Verdict</th><th>Marks</th><th>Runs</th><th>Hints</th><th>Last run</th></tr></thead><tbody>
${rows}
</tbody></table>`
  const failures = checks.filter(({ verdict, diagnosis }) => verdict === 'fail' && diagnosis !== null)
  return html`<h2>${letterOf(part.part)} · ${title}</h2>
<p>${facts.filter(Boolean).join(' · ')}</p>
${checks.length === 0 ? '' : table}
${failures.map(
  ({ id, diagnosis }) => html`<h3>${id}: <code>${diagnosis?.id ?? ''}</code></h3>
${diagnosisList(diagnosis as Diagnosis)}`,
)}`
}
