/** The pages are good to read: no sentence is longer than a reader who learns the language holds in mind. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { proseOf } from './essay-reader.ts'

const home = path.resolve(import.meta.dirname, '../..')
/** Words of one sentence; colons and semicolons end one, too. */
const MOST = 28
/** Of all sentences of a page of prose. */
const MOST_ON_AVERAGE = 16

const pages = globSync(
  [
    'README.md',
    'CONTRIBUTING.md',
    'docs/**/*.md',
    'labs/*.md',
    'labs/*/README.md',
    'answer-key/*.md',
    'answer-key/*/README.md',
  ],
  { cwd: home },
)
  // Written from the diagnoses: what the checker says is looked at where it is said.
  .filter((page) => page !== path.join('docs', 'mistakes.md'))
  .sort()

const GENERATED = /<!-- (?:mistakes|generated: \S+|run: \S+|sample: \S+) -->[\s\S]*?<!-- end -->/g

/** Where a sentence ends without a full stop: a paragraph, an item of a list, a cell of a table, a heading. */
const UNITS = /\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=[#|])|[|·]/

const isWord = (word: string): boolean => /[\p{L}\d]/u.test(word)
const wordsOf = (sentence: string): number => sentence.split(' ').filter(isWord).length

/** A link counts by its words, and a piece of code as one word. */
function sentencesOf(text: string): string[] {
  const prose = proseOf(text.replace(GENERATED, '\n\n'))
    .replace(/<!--.*?-->/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`\n]+`/g, (code) => code.replace(/\s/g, '_'))
  return prose
    .split(UNITS)
    .flatMap((unit) => unit.replace(/\s+/g, ' ').split(/(?<=[.!?:;]["”)*]*)\s+/))
    .filter((sentence) => wordsOf(sentence) > 0)
}

for (const page of pages) {
  test(`given ${page}, when the words of its sentences are counted, then none is too long`, () => {
    const sentences = sentencesOf(readFileSync(path.join(home, page), 'utf8'))
    assert.deepEqual(
      sentences.filter((sentence) => wordsOf(sentence) > MOST).map((sentence) => `${wordsOf(sentence)}: ${sentence}`),
      [],
    )
    const whole = sentences.filter((sentence) => /[.!?]["”)*]*$/.test(sentence))
    const mean = whole.reduce((sum, sentence) => sum + wordsOf(sentence), 0) / Math.max(whole.length, 1)
    assert.ok(mean <= MOST_ON_AVERAGE, `${mean.toFixed(1)} words on average`)
  })
}

test('given a text, when its sentences are counted, then cells, items, links and code are no words of their neighbours', () => {
  const text = '# A head\n\nOne [two three](a-b-c.md): four `five six`. "Seven?" Eight.\n- nine\n- ten\n\n| a b | c |\n'
  assert.deepEqual(sentencesOf(text).map(wordsOf), [2, 3, 2, 1, 1, 1, 1, 2, 1])
})
