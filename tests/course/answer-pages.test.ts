/** The answer pages say all that a learner alone needs: every region that is to be written, why, the other ways, and the questions answered. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { answerPath, EXPLAINED } from '../../cli/author/answer-pages.ts'
import { PARTS, partFiles, sourceFolder } from '../../cli/author/lay.ts'
import { writtenRegions } from '../../cli/author/marks.ts'
import { blocksOf, proseOf } from './essay-reader.ts'

const pageOf = (part: (typeof EXPLAINED)[number]): string => readFileSync(answerPath(part), 'utf8')

/** What each page has a heading for. */
const HEADINGS = {
  'why this way': /^#+ .*[Ww]hy this way$/m,
  mistakes: /^## The (mistakes|wrong designs), and what they do in production$/m,
  'other right ways': /^## (Two other|Other) right ways$/m,
  predict: /^## Predict: the answer$/m,
  think: /^## Think: the answer$/m,
}

for (const part of EXPLAINED) {
  test(`given the answer page of ${part}, when its headings are read, then none is missing`, () => {
    const text = pageOf(part)
    for (const [what, heading] of Object.entries(HEADINGS)) assert.match(proseOf(text), heading, what)
  })
}

/** Code without its margin: a page shows it at the left. */
const bare = (line: string): string => line.trim()

for (const part of PARTS) {
  test(`given what is to be written in ${part}, when its answer page is read, then each line stands there`, async () => {
    const shown = new Set(blocksOf(pageOf(part)).flatMap(({ body }) => body.split('\n').map(bare)))
    for (const file of (await partFiles(part, 'solution')).keys()) {
      const source = readFileSync(path.join(sourceFolder(part, 'solution'), file), 'utf8')
      for (const region of writtenRegions(source)) {
        const missing = region.map(bare).filter((line) => line !== '' && !shown.has(line))
        assert.deepEqual(missing, [], `${file}: give the page a region \`<!-- code: ${file} :: … -->\``)
      }
    }
  })
}
