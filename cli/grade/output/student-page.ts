import { diagnosisList } from '../../page/diagnosis.ts'
import { type Html, html, page } from '../../page/html.ts'
import type { Score, ScoredLine } from '../rubric/score.ts'
import { checksIn, type Graded, type Log } from './graded.ts'
import { openAnswersPage } from './open-answers.ts'
import { exitText, marksText, nextSteps, STATUS_TEXT, statusSentence, tierText } from './words.ts'

const GENERATOR = 'saga-lab grade'
const STYLE = `
h2 { margin-top: 2rem } td.line { padding-left: 1.6rem }
pre { background: #f4f4f6; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem }
.note { border-left: .3rem solid #8a5a00; padding: .2rem .8rem; background: #fff8e8 }
section { break-inside: avoid }
`

/** `<student>/report.html`: marks with reasons, each failure as the student would see it, what the programs said, what to do next. */
export function studentPage(graded: Graded, logs: readonly Log[], titles: ReadonlyMap<string, string>): string {
  const { result, score } = graded
  const { student, findings, status } = result
  const who = [student.name, student.id ?? '', student.login ?? ''].filter(Boolean).join(' · ')
  const sentence = statusSentence(result)
  const steps = nextSteps(result)
  const body = html`<h1>${student.name}: ${marksText(score)} marks</h1>
<p>${who} · ${result.began} · ${STATUS_TEXT[status]} in ${result.seconds} s · seed ${result.seed}</p>
<p>${tierText(result.tier)}</p>
${sentence === '' ? '' : html`<p class="note">${sentence}</p>`}
${score.comment === '' ? '' : html`<p class="note">${score.comment}</p>`}
${rubricTable(score)}
${findings.length === 0 ? '' : html`<h2>Noticed</h2><ul>${findings.map(({ id, says }) => html`<li><code>${id}</code> ${says}</li>`)}</ul>`}
${failures(graded, titles)}
${openAnswersPage(result)}
${steps.length === 0 ? '' : html`<h2>What to do next</h2><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>`}
${logs.length === 0 ? '' : html`<h2>What the programs said</h2>${logs.map(logSection)}`}`
  return page({
    title: `${student.name}: ${score.marks} of ${score.max} marks`,
    generator: GENERATOR,
    body,
    style: STYLE,
  })
}

function rubricTable(score: Score): Html {
  const rows = score.criteria.flatMap(({ title, marks, max, lines }) => [
    html`<tr><th>${title}</th><th></th><td class="n"><strong>${marks} of ${max}</strong></td></tr>`,
    ...lines.map(
      (line) =>
        html`<tr><td class="line">${line.title}</td><td>${decided(line)}</td><td class="n">${line.marks} of ${line.max}</td></tr>`,
    ),
  ])
  const { adjusted } = score
  return html`<table><thead><tr><th>Rubric</th><th>Decided by</th><th>Marks</th></tr></thead><tbody>
${rows}
${adjusted === null ? '' : html`<tr><td>Correction</td><td>${adjusted.why}</td><td class="n">${adjusted.marks}</td></tr>`}
<tr><th>Together</th><th></th><td class="n"><strong>${marksText(score)}</strong></td></tr>
</tbody></table>`
}

function decided({ checks, manual }: ScoredLine): Html {
  if (manual !== undefined) {
    return html`${manual.given ? manual.level : 'not judged yet'}${manual.comment === '' ? '' : html` – ${manual.comment}`}`
  }
  return html`${checks.map(({ id, verdict, marks, max }) => html`<span class="${verdict}" title="${verdict}">${SIGN[verdict]} ${id}</span>${marks > 0 && marks < max ? html` (${marks} of ${max})` : ''}`)}`
}

const SIGN = { pass: '✓', fail: '✗', skipped: '–', 'kit-fault': '!', 'not run': '·' } as const

function failures({ result }: Graded, titles: ReadonlyMap<string, string>): Html {
  const told = checksIn(result).filter(({ verdict, diagnosis }) => verdict !== 'pass' && diagnosis !== undefined)
  if (told.length === 0) return html``
  return html`<h2>What was found</h2>
${told.map(({ id, verdict, diagnosis, marks, max }) =>
  diagnosis === undefined
    ? html``
    : html`<section id="${id}"><h3><span class="${verdict}">${SIGN[verdict]} ${id}</span> ${titles.get(id) ?? ''} (${marks} of ${max})</h3>
${verdict === 'skipped' ? html`<p>Skipped: ${diagnosis.saw}.</p>` : html`<p><code>${diagnosis.id}</code></p>${diagnosisList(diagnosis)}`}</section>`,
)}`
}

function logSection({ scenario, checks, programs }: Log): Html {
  return html`<h3>${scenario} (${checks.join(', ')})</h3>
${programs.map(
  (one) => html`<section><p><strong>${one.name}</strong>: <code>${one.command}</code>, ${exitText(one)}</p>
<pre>${one.tail.join('\n')}</pre></section>`,
)}`
}
