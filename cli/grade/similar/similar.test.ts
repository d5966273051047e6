import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { compare, type Work } from './compare.ts'
import { similarPage } from './similar-page.ts'
import { isSource, tokensOf } from './tokens.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

async function workOf(key: string, folder: string, change: (text: string) => string = (text) => text): Promise<Work> {
  const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && isSource(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
  return {
    key,
    files: await Promise.all(
      files.map(async (file) => ({ path: path.relative(ROOT, file), text: change(await readFile(file, 'utf8')) })),
    ),
  }
}

const none: Work = { key: 'given', files: [] }
/** Other names, other layout, other comments: what a copier does first. */
const disguise = (text: string): string =>
  text
    .replace(/\/\/.*$/gm, '// mine')
    .replace(/\b(event|order|topic|message|consumer)\b/g, 'my_$1')
    .replace(/'[a-z]+'/g, "'x'")
    .replace(/^ +/gm, '\t')

const service = await workOf('ada', 'services/payment')
const copy = await workOf('bob', 'services/payment', disguise)
const other = await workOf('carl', 'cli/terminal')

test('given a copy with other names, comments and layout, when works are compared, then it is the most alike by far', async () => {
  const [first, ...rest] = await compare([service, copy, other], none)
  assert.deepEqual([first?.left, first?.right].toSorted(), ['ada', 'bob'])
  assert.ok((first?.similarity ?? 0) > 0.9, String(first?.similarity))
  for (const { similarity } of rest) assert.ok(similarity < 0.2, String(similarity))
})

test('given code that all were given, when two works hold it and nothing else in common, then they are not alike', async () => {
  const given = await workOf('given', 'services/payment')
  const withGiven = (work: Work, key: string): Work => ({ key, files: [...service.files, ...work.files] })
  const mine = withGiven(other, 'dora')
  const yours = withGiven(await workOf('x', 'cli/topics'), 'emil')
  const [before] = await compare([mine, yours], none)
  const [after] = await compare([mine, yours], given)
  assert.ok((before?.similarity ?? 0) > 0.4, String(before?.similarity))
  assert.ok((after?.similarity ?? 0) < 0.1, String(after?.similarity))
})

test('given alike places, when they are told, then file and lines are those of each work', async () => {
  const shifted: Work = {
    key: 'bob',
    files: [
      { path: 'a/first.ts', text: 'export const nothing = 1\n' },
      ...copy.files.map(({ path: file, text }) => ({ path: file, text: `\n\n${text}` })),
    ],
  }
  const [pair] = await compare([service, shifted], none)
  const fragment = pair?.fragments[0]
  assert.ok(fragment)
  assert.equal(fragment.left.file, fragment.right.file)
  assert.equal(fragment.right.from - fragment.left.from, 2)
})

test('given a program in another language, when it is scanned, then names, numbers and texts are kinds and comments are nothing', async () => {
  const kinds = async (text: string) => (await tokensOf('a.py', text)).map(({ kind }) => kind).join(' ')
  assert.equal(
    await kinds("def pay(order):  # comment\n  return order['id'] + 12\n"),
    'def name ( name ) : return name [ string ] + number',
  )
  assert.equal(
    await kinds('def x(y):\n\treturn y["other"] + 7'),
    await kinds("def pay(order):\n  return order['id'] + 12"),
  )
})

test('given a file that nests without end, when it is parsed, then it is no fault', async () => {
  assert.ok((await tokensOf('a.ts', `x = ${'['.repeat(300)}1${']'.repeat(300)}`)).length > 600)
})

test('given hostile source code, when the page is made, then it is text', () => {
  const work = (key: string): Work => ({
    key,
    files: [{ path: '<script>.ts', text: '</pre><script>alert(1)</script>' }],
  })
  const place = { file: '<script>.ts', from: 1, to: 1 }
  const page = similarPage(
    [{ left: 'a', right: 'b', similarity: 1, longest: 30, fragments: [{ tokens: 30, left: place, right: place }] }],
    [work('a'), work('b')],
    new Map([['a', '<img src=x>']]),
  )
  assert.doesNotMatch(page, /<script|<img/)
  assert.match(page, /&lt;script&gt;alert\(1\)/)
})
