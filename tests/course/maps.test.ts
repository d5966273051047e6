/** The maps of the course and the pages of the answer key are what the parts say; links lead somewhere; the glossary is complete. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { answerPath, EXPLAINED, fillAnswer } from '../../cli/author/answer-pages.ts'
import { excerpt } from '../../cli/author/excerpt.ts'
import { linkedPages, linkTerms, termsOf } from '../../cli/author/glossary-links.ts'
import { handoutPath } from '../../cli/author/handouts.ts'
import { ANSWERS_PAGE, answersPage, evenings, LABS_PAGE, labsPage } from '../../cli/author/maps.ts'
import { readMistakes } from '../../cli/author/mistakes.ts'
import { ALL_PART_NAMES } from '../../cli/check/course.ts'
import { anchorsOf, commandsIn, linksOf, programsIn, scriptsIn } from './essay-reader.ts'
import { commandProblem, commandProblems, programProblems } from './shown-commands.ts'

const home = path.resolve(import.meta.dirname, '../..')
const textOf = (file: string): string => readFileSync(file, 'utf8')
const { scripts: byName } = JSON.parse(textOf(path.join(home, 'package.json'))) as { scripts: Record<string, string> }
const scripts = Object.keys(byName)
const GLOSSARY = path.join(home, 'docs/glossary.md')

test('given the parts, when the maps are made anew, then they are the ones that are checked in', async () => {
  const remedy = 'run `node cli/author/maps.ts`'
  assert.equal(textOf(LABS_PAGE), await labsPage(), remedy)
  assert.equal(textOf(ANSWERS_PAGE), await answersPage(textOf(ANSWERS_PAGE)), remedy)
})

for (const part of EXPLAINED) {
  test(`given the answer page of ${part}, when its regions are filled again, then its code is that of the solution and no mistake is missing`, async () => {
    const text = textOf(answerPath(part))
    assert.equal(text, await fillAnswer(text, part), 'run `node cli/author/answer-pages.ts`')
    for (const { title } of await readMistakes([part])) assert.ok(text.includes(`**${title}.**`), title)
    assert.match(text, /<!-- code: /)
  })
}

const docs = readdirSync(path.join(home, 'docs'), { recursive: true, encoding: 'utf8' })
const pages = [
  LABS_PAGE,
  path.join(home, 'README.md'),
  path.join(home, 'CONTRIBUTING.md'),
  ...docs.filter((file) => file.endsWith('.md')).map((file) => path.join(home, 'docs', file)),
  ...ALL_PART_NAMES.flatMap((part) => [answerPath(part), handoutPath(part)]),
]
for (const page of pages) {
  const name = path.relative(home, page)
  test(`given ${name}, when its links are followed, then each leads to a file, and each anchor to a place in it`, () => {
    for (const link of linksOf(textOf(page))) {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? page : path.resolve(path.dirname(page), file)
      assert.ok(existsSync(target), link)
      if (anchor !== undefined) assert.ok(anchorsOf(textOf(target)).has(anchor), link)
    }
  })

  test(`given ${name}, when it shows a command, then lab has it, with the options shown`, async () => {
    assert.deepEqual(await commandProblems(commandsIn(textOf(page))), [])
  })

  test(`given ${name}, when it runs a program or a script, then there is one`, async () => {
    assert.deepEqual(await programProblems(programsIn(textOf(page))), [])
    for (const script of scriptsIn(textOf(page))) assert.ok(scripts.includes(script), `npm run ${script}`)
  })
}

test('given commands with a slip, when they are looked up, then each slip is told', async () => {
  for (const [shown, problem] of [
    ['chek a', /no command/],
    ['check D9', /no check D9/],
    ['check a --wach', /--wach/],
    ['hint Z1', /Z1/],
    ['tail order-creatd', /no topic order-creatd/],
    ['lag payments', /no group payments/],
    ['replay payment-group orders --earliest', /no topic orders/],
    ['break everything', /everything/],
  ] as const)
    assert.match((await commandProblem(shown)) ?? '', problem)
  assert.deepEqual(await commandProblems(['replay payment-group order-created --to-time 10m', 'check D2']), [])
  assert.equal((await programProblems(['kafka/topics.ts', 'kafka/topic.ts'])).length, 1)
})

test('given the glossary, when its terms are read, then each has a place of its own, in the order of the alphabet', () => {
  const text = textOf(GLOSSARY)
  const terms = [...text.matchAll(/<a id="([a-z-]+)"><\/a>\n\*\*([^*]+)\*\*/g)].map(([, id = '', term = '']) => ({
    id,
    term,
  }))
  assert.ok(terms.length >= 40)
  for (const { id, term } of terms) assert.equal(id, term.toLowerCase().replaceAll(' ', '-'))
  const ids = terms.map(({ id }) => id)
  assert.deepEqual(ids, ids.toSorted())
  assert.equal([...text.matchAll(/<a id=/g)].length, terms.length)
})

test('given the handouts and essays, when each term is looked for, then its first use is a link, and no page links it twice', async () => {
  for (const [page, text] of await linkedPages()) {
    assert.equal(textOf(page), text, 'run `node cli/author/glossary-links.ts`')
    const links = text.match(/glossary\.md#[a-z-]+/g) ?? []
    assert.equal(new Set(links).size, links.length, page)
  }
})

test('given prose with terms, when it is linked, then code, headings and what was met are left alone', () => {
  const terms = termsOf('<a id="key"></a> <a id="topic"></a> <a id="consumer"></a>')
  const link = (text: string, met = new Set<string>()) => linkTerms(text, terms, 'glossary.md', met)
  assert.equal(
    link('# A key\n\n`key` and [a key](x.md): keys, a key'),
    '# A key\n\n`key` and [a key](x.md): [keys](glossary.md#key), a key',
  )
  assert.equal(
    link('a consumer group, a monkey, two consumers'),
    'a consumer group, a monkey, two [consumers](glossary.md#consumer)',
  )
  assert.equal(link('[**topics**](glossary.md#topic) and a topic'), '[**topics**](glossary.md#topic) and a topic')
  assert.equal(link('a topic', new Set(['topic'])), 'a topic')
})

test('given minutes, when they are spread over evenings, then the longest evening is as short as can be', () => {
  assert.deepEqual(evenings([40, 40, 40, 45, 35, 60, 40, 35, 25], 4), [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7, 8],
  ])
  assert.deepEqual(evenings([10, 10, 90], 2), [[0, 1], [2]])
})

test('given a file, when a block of it is wanted, then it goes to the end of what begins there, at the left margin', () => {
  const text = ['before()', '  if (a) {', '    // why', '    b()', '  } else {', '    c()', '  }', '  d()'].join('\n')
  assert.equal(excerpt(text, 'if (a)'), 'if (a) {\n  // why\n  b()\n} else {\n  c()\n}')
  assert.equal(excerpt(text, 'if (a)', { comments: false, lines: 2 }), 'if (a) {\n  b()')
  assert.equal(excerpt(text, 'd()'), 'd()')
  assert.throws(() => excerpt(text, 'nowhere'), /no line holds "nowhere"/)
})
