import type { Diagnosis } from '../check/verdict.ts'
import { safe } from '../terminal/safe.ts'
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

/** A piece of HTML that is safe to use; made by `html` alone. */
class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const CODES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Markup becomes text; what would hide or reorder text in a browser is shown as `\u{..}`, as in the terminal. */
export function escapeHtml(text: string): string {
  return safe(text).replace(/[&<>"']/g, (found) => CODES[found] ?? '')
}

type Piece = string | number | Html | readonly Html[]

/** Every value is escaped unless it is HTML made here: nothing can be forgotten. */
function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  const text = (value: Piece | undefined): string => {
    if (value === undefined) return ''
    if (value instanceof Html) return value.text
    if (typeof value === 'object') return value.map((one) => one.text).join('\n')
    return escapeHtml(String(value))
  }
  return new Html(parts.map((part, at) => part + text(values[at])).join(''))
}

const STYLE = new Html(`
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1f; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d5d5dd; vertical-align: top }
td.n { text-align: right; white-space: nowrap }
progress { width: 12rem; accent-color: #14733b }
.pass { color: #14733b } .fail { color: #a8201a } .skipped { color: #5c5c66 }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem .8rem; margin: .4rem 0 1rem }
dt { color: #5c5c66 } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
code { font-family: ui-monospace, monospace }
@media print { body { margin: 0 } }
`)

/** One page that needs nothing from elsewhere: no script, no picture, no font. */
export function reportPage(report: ReportData): string {
  const { name, made, marks, max, minutes, rubric, parts } = report
  const lines = rubric.map(
    (line) => html`<tr><td>${line.title}</td><td>${line.parts.map(letterOf).join(', ')}</td>
<td><progress value="${line.marks}" max="${line.max}"></progress></td><td class="n">${line.marks} of ${line.max}</td></tr>`,
  )
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${GENERATOR}">
<title>Saga Lab: ${marks} of ${max} marks</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Saga Lab report</h1>
<p>${name === null ? '' : html`<strong>${name}</strong> · `}${made} · ${inMinutes(minutes)} at work</p>
<p><strong>${marks} of ${max} marks</strong> in the last runs of the checks on the student's own machine. The instructor's run decides.</p>
<table><thead><tr><th>Rubric</th><th>Parts</th><th></th><th>Marks</th></tr></thead><tbody>
${lines}
</tbody></table>
${parts.map(partSection)}
</body>
</html>
`
  return page.text
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
${failures.map(({ id, diagnosis }) => diagnosisSection(id, diagnosis as Diagnosis))}`
}

function diagnosisSection(check: string, { id, did, expected, saw, first, cause, next }: Diagnosis): Html {
  const rows = Object.entries({ did, expected, saw, first, cause, next })
  return html`<h3>${check}: <code>${id}</code></h3>
<dl>${rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`
}
