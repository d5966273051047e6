/**
 * Links each term of docs/glossary.md where the course uses it first: over the handouts in their order, and in each essay for itself.
 * `node cli/author/glossary-links.ts` writes what is missing; a link that is there stays.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { ALL_PART_NAMES } from '../check/course.ts'
import { handoutPath } from './handouts.ts'

const home = resolve(import.meta.dirname, '../..')
export const GLOSSARY = resolve(home, 'docs/glossary.md')
const ESSAYS = ['topic-design', 'delivery', 'saga', 'kafka-vs-rabbitmq', 'viva']

/** Pages that are read one behind the other, and those that stand alone. */
export const READ_IN_ORDER: readonly (readonly string[])[] = [
  ALL_PART_NAMES.map(handoutPath),
  ...ESSAYS.map((name) => [resolve(home, 'answer-key', `${name}.md`)]),
]

/** Terms whose words look otherwise in a sentence. */
const FORMS: Readonly<Record<string, string>> = {
  acknowledgement: 'acknowledge(?:ment|d)?s?',
  commit: 'commit(?:s|ted|ting)? (?:an |the |its )?offsets?',
  compensation: 'compensat(?:ions?|ing)',
  consumer: 'consumers?(?! groups?)',
  'dead-letter': 'dead letters?|dead-letter|DLQ',
  'in-sync-replica': 'replicas that are in sync|in-sync replicas?',
  kraft: 'KRaft',
  orchestration: 'orchestrat(?:ion|ed)',
  saga: 'sagas?',
}

/** Words with another sense in everyday English: they are linked by hand, where the term is meant. */
const EVERYDAY = ['command', 'exchange', 'leader', 'message', 'trace']

export interface Term {
  readonly id: string
  readonly words: RegExp
}

export const termsOf = (glossary: string): Term[] =>
  [...glossary.matchAll(/<a id="([a-z-]+)"><\/a>/g)]
    .map(([, id = '']) => id)
    .filter((id) => !EVERYDAY.includes(id))
    .map((id) => ({
      id,
      words: new RegExp(`(?<![\\w-])(?:${FORMS[id] ?? `${id.replaceAll('-', '[- ]')}s?`})(?![\\w-])`, 'i'),
    }))

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** What is not prose of the page, in an order in which none hides the end of another. */
const NOT_PROSE = [
  /^```[\s\S]*?^```$/gm,
  /<!-- (?:facts|checklists|generated: \S+|run: \S+|sample: \S+) -->[\s\S]*?<!-- end -->/g,
  /^#.*$/gm,
  /`[^`\n]+`/g,
  /\[(?:[^[\]]*)\]\((?!\S*glossary\.md#)[^)]*\)/g,
  /(?<=\])\([^)]*\)/g,
]

const proseIn = (text: string): string => NOT_PROSE.reduce((left, pattern) => left.replace(pattern, blank), text)

/** The page with a link at the first use of each term that is not in `met` yet; adds those that it uses. */
export function linkTerms(text: string, terms: readonly Term[], toGlossary: string, met: Set<string>): string {
  let page = text
  for (const { id, words } of terms.filter((term) => !met.has(term.id))) {
    const found = words.exec(proseIn(page))
    if (found === null) continue
    met.add(id)
    const [before, used, after] = [
      page.slice(0, found.index),
      page.slice(found.index, found.index + found[0].length),
      page.slice(found.index + found[0].length),
    ]
    const isLinked = before.lastIndexOf('[') > before.lastIndexOf(']')
    if (!isLinked) page = `${before}[${used}](${toGlossary}#${id})${after}`
  }
  return page
}

/** Every page with its links, by path. */
export async function linkedPages(): Promise<Map<string, string>> {
  const terms = termsOf(await readFile(GLOSSARY, 'utf8'))
  const pages = new Map<string, string>()
  for (const course of READ_IN_ORDER) {
    const met = new Set<string>()
    for (const path of course)
      pages.set(path, linkTerms(await readFile(path, 'utf8'), terms, relative(dirname(path), GLOSSARY), met))
  }
  return pages
}

if (import.meta.main) {
  for (const [path, text] of await linkedPages()) await writeFile(path, text)
  console.log(`glossary: ${READ_IN_ORDER.flat().length} pages`)
}
