/** Every handout has the same parts in the same order, and each of them holds what it is for. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { handoutPath, sessionsIn } from '../../cli/author/handouts.ts'
import { PARTS } from '../../cli/author/lay.ts'
import { arrowsOf } from './mermaid.ts'

const SECTIONS = ['Why', 'Do', 'Predict', 'Run and see', 'What can go wrong', 'Think', 'Go further']
const sectionsOf = (text: string) =>
  text.split(/^## /m).map((piece) => {
    const [title = '', ...body] = piece.split('\n')
    return { title, body: body.join('\n').trim() }
  })
/** The points of a list, each with the lines that go on with it. */
const points = (body: string): string[] => body.split(/^(?:- |\d+\. )/m).slice(1)

for (const part of PARTS) {
  test(`given the handout of ${part}, when its shape is looked at, then each part of it is there and holds what it is for`, async () => {
    const text = await readFile(handoutPath(part), 'utf8')
    const [head, ...sections] = sectionsOf(text)
    assert.match(head?.body ?? '', /<!-- facts -->\n\n.+\n\n\*\*\d+ minutes · /, 'aim and minutes')
    assert.deepEqual(
      sections.map(({ title }) => title),
      SECTIONS,
    )
    const [why, work, predict, run, wrong, think, further] = sections.map(({ body }) => body) as [string, ...string[]]
    const diagrams = [...why.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, body = '']) => arrowsOf(body))
    assert.ok(diagrams.length > 0 && diagrams.every((arrows) => arrows.length > 1), 'a diagram')
    assert.match(work ?? '', new RegExp(`lab start ${part[0]}[\\s\\S]*lab check ${part[0]}`))
    assert.deepEqual(
      points(work ?? '').map((_, at) => `${at + 1}.`),
      work?.match(/^\d+\./gm),
      'steps are numbered without a gap',
    )
    for (const question of [predict, think]) assert.match(question ?? '', /\?/)
    assert.ok(sessionsIn(`${run}\n`).length > 0, 'an output of a tested run')
    assert.ok(points(wrong ?? '').length >= 3)
    for (const point of points(wrong ?? ''))
      assert.match(point, /\[`([\w.-]+)`\]\(\.\.\/\.\.\/docs\/mistakes\.md#\1\)\s*$/, 'a link to its diagnosis')
    assert.ok(points(further ?? '').length > 0)
  })
}
