import { type Html, html, page } from '../../page/html.ts'
import type { Fragment, Likeness, Place, Work } from './compare.ts'

const STYLE = `
body { max-width: 80rem } .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem } .pair > div { min-width: 0 } pre { background: #f4f4f6; padding: .5rem; margin: 0; overflow-x: auto; font-size: .75rem }
section { break-inside: avoid } .note { border-left: .3rem solid #8a5a00; padding: .2rem .8rem; background: #fff8e8 }
@media (max-width: 50rem) { .pair { grid-template-columns: 1fr } }
`
const MOST_PAIRS = 20
const SHOWN_FRAGMENTS = 4
const SHOWN_LINES = 30

/** `similar.html`: the pairs that are most alike, the alike places side by side. */
export function similarPage(
  pairs: readonly Likeness[],
  works: readonly Work[],
  names: ReadonlyMap<string, string>,
): string {
  const shown = pairs.slice(0, MOST_PAIRS)
  const texts = new Map(
    works.map(({ key, files }) => [key, new Map(files.map((one) => [one.path, one.text.split('\n')]))]),
  )
  const name = (key: string): string => names.get(key) ?? key
  const rows = shown.map(
    (
      { left, right, similarity, longest },
      i,
    ) => html`<tr><td><a href="#pair-${i}">${name(left)}, ${name(right)}</a></td>
<td><progress value="${similarity.toFixed(3)}" max="1"></progress></td><td class="n">${percent(similarity)}</td><td class="n">${longest}</td></tr>`,
  )
  const body = html`<h1>Hand-ins that are alike</h1>
<p class="note">This is a reason to read and to ask, and no proof of anything. Two people who learned from the same page write alike; so do two who worked together where that was allowed. Code that was
handed out, and what half of the class has, is taken out. Names, numbers, strings and comments do not count, so renaming hides nothing. Read the places below, then talk with both.</p>
<table><thead><tr><th>Who</th><th></th><th>Alike</th><th>Longest run (tokens)</th></tr></thead><tbody>
${rows}
</tbody></table>
${shown.map((pair, i) => pairSection(pair, i, name, texts))}`
  return page({ title: 'Hand-ins that are alike', generator: 'saga-lab similar', body, style: STYLE })
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

type Texts = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

function pairSection(
  { left, right, similarity, fragments }: Likeness,
  i: number,
  name: (key: string) => string,
  texts: Texts,
): Html {
  const places = fragments.slice(0, SHOWN_FRAGMENTS).map(
    (fragment: Fragment) => html`<section><p>${fragment.tokens} tokens</p><div class="pair">
${placeBlock(name(left), fragment.left, texts.get(left))}
${placeBlock(name(right), fragment.right, texts.get(right))}</div></section>`,
  )
  return html`<h2 id="pair-${i}">${name(left)} and ${name(right)}: ${percent(similarity)}</h2>
${places}`
}

function placeBlock(
  who: string,
  { file, from, to }: Place,
  files: ReadonlyMap<string, readonly string[]> | undefined,
): Html {
  const lines = (files?.get(file) ?? []).slice(from - 1, Math.min(to, from - 1 + SHOWN_LINES))
  const more = to - from + 1 > SHOWN_LINES ? '\n…' : ''
  return html`<div><p>${who}, <code>${file}:${from}–${to}</code></p><pre>${lines.join('\n')}${more}</pre></div>`
}
