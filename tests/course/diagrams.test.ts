/** Every diagram of the course can be drawn, and a decision aid leads from its first question to an end, whatever is answered. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { blocksOf } from './essay-reader.ts'
import { arrowsOf, type Flow, readFlow } from './mermaid.ts'

const home = path.resolve(import.meta.dirname, '../..')
const pages = globSync(
  ['README.md', 'docs/*.md', 'labs/*.md', 'labs/*/README.md', 'answer-key/*.md', 'answer-key/*/README.md'],
  {
    cwd: home,
  },
).sort()
const textOf = (page: string): string => readFileSync(path.join(home, page), 'utf8')
const diagramsOf = (text: string): string[] =>
  blocksOf(text).flatMap(({ language, body }) => (language === 'mermaid' ? [body] : []))

for (const page of pages) {
  const diagrams = diagramsOf(textOf(page))
  if (diagrams.length === 0) continue
  test(`given ${page}, when its diagrams are read, then each can be drawn`, () => {
    for (const body of diagrams) {
      assert.ok(arrowsOf(body).length > 0)
    }
  })
}

/** What is wrong with a tree of questions. */
function faultsOf({ boxes, arrows }: Flow): string[] {
  const [first = ''] = boxes.keys()
  const reached = new Set([first])
  for (const id of reached) for (const { from, to } of arrows) if (from === id) reached.add(to)
  return [...boxes].flatMap(([id, box]) => {
    const ways = arrows.filter(({ from }) => from === id)
    if (!reached.has(id)) return [`nothing leads to ${id}`]
    if (box === null) return [`${id} has no words`]
    if (box.shape !== 'question') return []
    const isAnswered = ways.length >= 2 && ways.every(({ words }) => words !== '')
    return isAnswered && new Set(ways.map(({ words }) => words)).size === ways.length ? [] : [`${id}: "${box.words}"`]
  })
}

const essays = pages.filter((page) => path.dirname(page) === 'answer-key' && path.basename(page) !== 'README.md')

for (const page of essays) {
  test(`given ${page}, when it is read, then it has tables, a diagram and a decision aid`, () => {
    const text = textOf(page)
    assert.match(text, /^\|[- |]+\|$/m)
    const [before = '', aid = ''] = text.split(/^## Decision aid$/m)
    assert.ok(diagramsOf(before).length > 0, 'a diagram')
    const [tree = ''] = diagramsOf(aid.split(/^## /m)[0] ?? '')
    assert.deepEqual(faultsOf(readFlow(tree)), [])
  })
}

test('given a flowchart with a slip, when it is read, then that is said', () => {
  assert.throws(() => readFlow('flowchart TB\n  a --> b'), /no flowchart/)
  assert.throws(() => readFlow('flowchart TD\n  a[place()] --> b'), /no line/)
  assert.throws(() => readFlow('flowchart TD\n  a -> b'), /no line/)
  assert.throws(() => readFlow('flowchart TD\n  a --> end'), /end/)
  assert.deepEqual(faultsOf(readFlow('flowchart TD\n  a{Really?} -- yes --> b[so be it]')), ['a: "Really?"'])
})
