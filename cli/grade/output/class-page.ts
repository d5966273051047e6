import { type Html, html, page } from '../../page/html.ts'
import { checksIn, type Graded, type GradedClass } from './graded.ts'
import { marksText, STATUS_TEXT, tierText } from './words.ts'

const STYLE = `
rect { fill: #3a5fa0 } svg text { font: 11px system-ui, sans-serif; fill: #1b1b1f }
a { color: #1d4d9e } .T0 { color: #a8201a; font-weight: bold }
`

/** `class.html`: how the marks spread, what is hard, what many got wrong and who, what takes long. */
export function classPage({ grading, students, made }: GradedClass, titles: ReadonlyMap<string, string>): string {
  const handedIn = students.filter(({ result }) => result.source !== null)
  const body = html`<h1>${grading.rubric.title}</h1>
<p>${students.length} students, ${handedIn.length} hand-ins · ${made} · seed ${grading.seed}</p>
<p class="${grading.tier}">${tierText(grading.tier)}</p>
<h2>Marks</h2>
${distribution(handedIn)}
${studentTable(students)}
<h2>By the rubric</h2>
${rubricTable(handedIn)}
<h2>What many got wrong</h2>
${diagnosisTable(handedIn)}
<h2>What took longest</h2>
${slowest(handedIn, titles)}`
  return page({ title: `${grading.rubric.title}: the class`, generator: 'saga-lab class', body, style: STYLE })
}

const BINS = 10
const WIDTH = 56
const HEIGHT = 120

function distribution(students: readonly Graded[]): Html {
  if (students.length === 0) return html`<p>Nobody has handed anything in.</p>`
  const counts = Array.from({ length: BINS }, () => 0)
  const shares = students.map(({ score: { marks, max } }) => (max === 0 ? 0 : marks / max))
  for (const share of shares) {
    const bin = Math.min(BINS - 1, Math.floor(share * BINS))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const most = Math.max(...counts)
  const bars = counts.map((count, i) => {
    const height = Math.round((count / most) * HEIGHT)
    const label = `${i * BINS}–${i === BINS - 1 ? 100 : i * BINS + BINS - 1}`
    return html`<g><rect x="${i * WIDTH + 4}" y="${HEIGHT + 20 - height}" width="${WIDTH - 8}" height="${height}"></rect>
<text x="${i * WIDTH + WIDTH / 2}" y="${HEIGHT + 14 - height}" text-anchor="middle">${count === 0 ? '' : count}</text>
<text x="${i * WIDTH + WIDTH / 2}" y="${HEIGHT + 36}" text-anchor="middle">${label}</text></g>`
  })
  const sorted = students.map(({ score }) => score.marks).toSorted((a, b) => a - b)
  const mean = sorted.reduce((sum, one) => sum + one, 0) / sorted.length
  const facts = `lowest ${sorted[0]}, median ${median(sorted)}, mean ${mean.toFixed(1)}, highest ${sorted.at(-1)}`
  return html`<p>${facts}; below, how many have how many in a hundred</p>
<svg role="img" aria-label="How many students have how many marks: ${facts}" viewBox="0 0 ${BINS * WIDTH} ${HEIGHT + 44}" width="100%">${bars}</svg>`
}

/** Of numbers in order. */
function median(sorted: readonly number[]): number {
  const at = (i: number) => sorted[i] ?? 0
  const middle = (sorted.length - 1) / 2
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
}

function studentTable(students: readonly Graded[]): Html {
  const rows = students.map(
    ({
      result,
      score,
    }) => html`<tr><td><a href="${encodeURIComponent(result.student.key)}/report.html">${result.student.name}</a></td>
<td class="n">${marksText(score)}</td><td>${STATUS_TEXT[result.status]}</td><td class="n">${result.seconds} s</td>
<td>${result.findings.map(({ id }) => id).join(', ')}</td></tr>`,
  )
  return html`<table><thead><tr><th>Student</th><th>Marks</th><th>State</th><th>Time</th><th>Noticed</th></tr></thead><tbody>
${rows}
</tbody></table>`
}

function rubricTable(students: readonly Graded[]): Html {
  const first = students[0]
  if (first === undefined) return html``
  const rows = first.score.criteria.flatMap((criterion, i) =>
    criterion.lines.map((line, j) => {
      const marks = students.map(({ score }) => score.criteria[i]?.lines[j]?.marks ?? 0)
      const mean = marks.reduce((sum, one) => sum + one, 0) / students.length
      const whole = marks.filter((one) => one >= line.max).length
      return html`<tr><td>${criterion.title}</td><td>${line.title}</td><td><progress value="${mean.toFixed(2)}" max="${line.max}"></progress></td>
<td class="n">${mean.toFixed(1)} of ${line.max}</td><td class="n">${whole} of ${students.length}</td></tr>`
    }),
  )
  return html`<table><thead><tr><th>Criterion</th><th>Line</th><th></th><th>Mean</th><th>All marks</th></tr></thead><tbody>
${rows}
</tbody></table>`
}

const MOST = 25

function diagnosisTable(students: readonly Graded[]): Html {
  const all = students.flatMap(({ result }) =>
    checksIn(result).flatMap(({ id: check, verdict, diagnosis }) =>
      verdict !== 'fail' || diagnosis === undefined
        ? []
        : [{ id: diagnosis.id, check, cause: diagnosis.cause, student: result.student }],
    ),
  )
  const rows = [...Map.groupBy(all, ({ id }) => id)]
    .map(([id, own]) => ({ id, own, names: [...new Set(own.map(({ student }) => student.name))] }))
    .toSorted((a, b) => b.names.length - a.names.length || (a.id < b.id ? -1 : 1))
    .slice(0, MOST)
    .map(({ id, own, names }) => {
      const checks = [...new Set(own.map(({ check }) => check))].join(', ')
      return html`<tr><td><code>${id}</code></td><td>${checks}</td><td class="n">${names.length}</td><td>${names.join(', ')}</td><td>${own[0]?.cause ?? ''}</td></tr>`
    })
  if (rows.length === 0) return html`<p>Nothing.</p>`
  return html`<table><thead><tr><th>Diagnosis</th><th>Checks</th><th>Students</th><th>Who</th><th>Likely cause</th></tr></thead><tbody>
${rows}
</tbody></table>`
}

function slowest(students: readonly Graded[], titles: ReadonlyMap<string, string>): Html {
  const all = students.flatMap(({ result }) =>
    checksIn(result).map(({ id, seconds }) => ({ id, seconds, who: result.student.name })),
  )
  const rows = [...Map.groupBy(all, ({ id }) => id)]
    .map(([id, own]) => ({ id, own: own.toSorted((a, b) => b.seconds - a.seconds) }))
    .toSorted((a, b) => (b.own[0]?.seconds ?? 0) - (a.own[0]?.seconds ?? 0))
    .slice(0, 10)
    .map(({ id, own }) => {
      const mean = own.reduce((sum, one) => sum + one.seconds, 0) / own.length
      return html`<tr><td>${id} ${titles.get(id) ?? ''}</td><td class="n">${mean.toFixed(1)} s</td><td class="n">${own[0]?.seconds ?? 0} s</td><td>${own[0]?.who ?? ''}</td></tr>`
    })
  return html`<table><thead><tr><th>Check</th><th>Mean</th><th>Longest</th><th>Whose</th></tr></thead><tbody>
${rows}
</tbody></table>`
}
