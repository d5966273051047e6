import type { OpenAnswers } from '../../check/manual.ts'
import { type Html, html } from '../../page/html.ts'
import type { Result } from '../result.ts'

export const OPEN_TITLE = 'Answers that no rule can judge'
export const OPEN_NOTE =
  'Marked by their author with the checklist, and no part of the marks above. The last word is yours: put what they are worth into manual.yml.'

export const selfSum = ({ items }: OpenAnswers): string => {
  const given = items.reduce((sum, { selfMark }) => sum + (selfMark ?? 0), 0)
  return `${given} of ${items.reduce((sum, { marks }) => sum + marks, 0)} by the author's own marks`
}

export const selfText = ({ written, selfMark, marks }: OpenAnswers['items'][number]): string =>
  written ? (selfMark === null ? `not marked by its author, of ${marks}` : `${selfMark} of ${marks}`) : 'not written'

/** The section of the report as a page; empty where no part asked for words. */
export function openAnswersPage({ answers = [] }: Result): Html {
  if (answers.length === 0) return html``
  return html`<h2>${OPEN_TITLE}</h2><p>${OPEN_NOTE}</p>
${answers.map((one) => html`<h3>${one.part}: ${selfSum(one)}</h3>${one.items.map(answerSection)}`)}`
}

const answerSection = (item: OpenAnswers['items'][number]): Html =>
  html`<section><p><strong>${item.id}</strong> ${item.ask} (${selfText(item)})</p>
<pre>${item.answer}</pre><ul>${item.checklist.map((point) => html`<li>${point}</li>`)}</ul></section>`
