import path from 'node:path'
import type { Context, ExitCode } from '../../command.ts'
import { wrongUsage } from '../../command.ts'
import { html, page } from '../../page/html.ts'
import { writeAtomically } from '../../student/progress-file.ts'
import { readResults, requireGrading } from '../grading-file.ts'
import { evidencePath, type Result } from '../result.ts'
import { loadVivaSheet, type VivaSheet } from '../rubric/viva-sheet.ts'
import { readHistories } from './facts.ts'
import { type OwnQuestion, ownQuestions } from './questions.ts'

export interface VivaWish {
  readonly student: string
  /** The folder that was --out of lab grade. */
  readonly grades: string
  /** A page to be written; else it is printed. */
  readonly out: string | undefined
}

/** `lab viva <student>`: an examiner's sheet out of that student's own run, and the six questions of the course. */
export async function viva(ctx: Context, { student, grades, out }: VivaWish): Promise<ExitCode> {
  const grading = await requireGrading(grades)
  const result = chosen(await readResults(grades, grading), student)
  const own = ownQuestions(await readHistories(evidencePath(grades, result.student.key)), result)
  const sheet = await loadVivaSheet()
  if (out !== undefined) await writeAtomically(out, sheetPage(result, own, sheet))
  if (ctx.json)
    ctx.out.json({ student: result.student, own, sheet: sheet.questions, ...(out === undefined ? {} : { file: out }) })
  else if (out === undefined) tell(ctx, result, own, sheet)
  else ctx.out.line(`${own.length + sheet.questions.length} questions for ${result.student.name}: ${out}`)
  return 0
}

/** By folder name, id, login, or a name that only one of them has. */
function chosen(results: readonly Result[], word: string): Result {
  const wanted = word.toLowerCase()
  const exact = results.filter(({ student }) =>
    [student.key, student.id, student.login, student.name].some((one) => one?.toLowerCase() === wanted),
  )
  const like = exact.length > 0 ? exact : results.filter(({ student }) => student.name.toLowerCase().includes(wanted))
  if (like.length === 1) return like[0] as Result
  const names = (like.length === 0 ? results : like).map(({ student }) => student.key)
  throw wrongUsage(
    like.length === 0 ? `No student "${word}" was graded there.` : `"${word}" may be ${names.length} students.`,
    `There are: ${names.slice(0, 40).join(', ')}.`,
  )
}

function tell(ctx: Context, { student }: Result, own: readonly OwnQuestion[], { questions }: VivaSheet): void {
  const { out, paint } = ctx
  out.line(paint.strong(`Viva of ${student.name}: from the own run`))
  if (own.length === 0) out.line('Their run left no events to ask about.')
  for (const [i, one] of own.entries()) {
    out.line(`\n${i + 1}. ${paint.accent(one.topic)}  ${one.ask}`)
    out.line(paint.faint(`   → ${one.answer}  [${one.from}]`))
  }
  out.line(`\n${paint.strong('The six questions of the course')}`)
  for (const one of questions) {
    out.line(`\n${paint.accent(one.topic)}  ${one.ask}`)
    out.line(paint.faint(`   → ${one.answer}\n   listen for: ${one.listen_for.join('; ')}`))
    out.line(`   then: ${one.follow_up}`)
    out.line(paint.faint(`   → ${one.follow_up_answer}`))
  }
}

const STYLE = 'section { break-inside: avoid; margin: 1.2rem 0 } .answer { color: #3f4450; margin-left: 1.4rem }'

function sheetPage({ student }: Result, own: readonly OwnQuestion[], { questions, levels }: VivaSheet): string {
  const body = html`<h1>Viva: ${student.name}</h1>
<p>For the examiner. Marks per question: ${levels.map(({ marks, says }) => `${marks} ${says}`).join(' · ')}. Outside the rubric.</p>
<h2>From the student's own run</h2>
${own.length === 0 ? html`<p>The run left no events to ask about.</p>` : ''}
${own.map((one, i) => html`<section><p><strong>${i + 1}. ${one.topic}.</strong> ${one.ask}</p><p class="answer">${one.answer} <code>${one.from}</code></p></section>`)}
<h2>The six questions of the course</h2>
${questions.map(
  (
    one,
  ) => html`<section><p><strong>${one.topic}.</strong> ${one.ask}</p><p class="answer">${one.answer}<br>Listen for: ${one.listen_for.join('; ')}.</p>
<p><em>Then:</em> ${one.follow_up}</p><p class="answer">${one.follow_up_answer}</p></section>`,
)}`
  return page({ title: `Viva: ${student.name}`, generator: 'saga-lab viva', body, style: STYLE })
}

/** Where the sheet goes when only a folder was given. */
export const sheetFile = (out: string, student: string): string =>
  path.extname(out) === '.html' ? out : path.join(out, `viva-${student.replace(/[^\p{L}\p{N}.-]+/gu, '-')}.html`)
