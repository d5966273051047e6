import type { Diagnosis } from '../check/verdict.ts'
import { type Html, html } from './html.ts'

/** A diagnosis as the student sees it in the terminal, in the same order. */
export function diagnosisList({ did, expected, saw, first, cause, next }: Diagnosis): Html {
  const rows = Object.entries({ did, expected, saw, first, cause, next })
  return html`<dl>${rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`
}
