/** What the answer key's essays point to is there: links, quoted code, commands with their options, files, crash points. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fillSaga, SAGA_PAGE } from '../../cli/author/saga-page.ts'
import { crashPoints } from '../../kit/service/faults.ts'
import { catalogue, type EventName } from '../../services/contracts/catalogue.ts'
import { anchorsOf, blocksOf, commandsIn, isEssay, linksOf, proseOf } from './essay-reader.ts'
import { commandProblems } from './shown-commands.ts'

const home = path.resolve(import.meta.dirname, '../..')
const folder = path.join(home, 'answer-key')
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'))
const textOf = (file: string): string => readFileSync(file, 'utf8')

for (const page of pages) {
  const text = textOf(path.join(folder, page))

  test(`given ${page}, when its links are followed, then each leads to a file, and each anchor to a place in it`, () => {
    for (const link of linksOf(text)) {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path.join(folder, page) : path.join(folder, file)
      assert.ok(existsSync(target), link)
      if (anchor !== undefined) assert.ok(anchorsOf(textOf(target)).has(anchor), link)
    }
  })

  test(`given ${page}, when its code is compared with the files that it names, then it stands there word for word`, () => {
    for (const { language, file, body } of blocksOf(text)) {
      if (file === null) {
        const shown = isEssay(page) && !['mermaid', 'sh', 'text'].includes(language)
        assert.ok(!shown, `a block of ${language} names no file:\n${body}`)
        continue
      }
      assert.ok(existsSync(path.join(home, file)), file)
      assert.ok(textOf(path.join(home, file)).includes(body), `not in ${file}:\n${body}`)
    }
  })

  test(`given ${page}, when it names a file of the kit, then there is one`, () => {
    if (!isEssay(page)) return
    for (const [, file = ''] of proseOf(text).matchAll(/`((?:services|kit|labs|cli|docs|tests)\/[\w./-]+)`/g))
      assert.ok(existsSync(path.join(home, file)), file)
  })

  test(`given ${page}, when it shows a command, then lab has it, with the options shown`, async () => {
    assert.deepEqual(await commandProblems(commandsIn(text)), [])
  })
}

test('given the essay on sagas, when the states of an order are drawn anew, then the picture is the same', () => {
  assert.equal(fillSaga(textOf(SAGA_PAGE)), textOf(SAGA_PAGE), 'run `node cli/author/saga-page.ts`')
})

test('given the essay on delivery, when its crash points are counted, then it speaks of each one that the kit has', () => {
  const told = [...textOf(path.join(folder, 'delivery.md')).matchAll(/^\| `([a-z-]+\.[a-z/-]+)` \|/gm)]
  assert.deepEqual(
    told.map(([, point]) => point),
    [...crashPoints],
  )
})

test('given the essay on topics, when its table is compared with the catalogue, then producer, readers and key are right', () => {
  const rows = textOf(path.join(folder, 'topic-design.md')).matchAll(
    /^\| `([a-z-]+)` \| (\w+) \| ([\w, ]+) \| `(\w+)` \|$/gm,
  )
  const told = [...rows].map(([, topic = '', ...facts]) => [topic, ...facts])
  assert.ok(told.length > 0)
  for (const [topic = '', ...facts] of told) {
    const { producer, consumers, key } = catalogue[topic as EventName]
    assert.deepEqual(facts, [producer, consumers.join(', ') || 'nobody yet', key], topic)
  }
})

test('given the viva, when its questions are counted, then there are 36, each with two answers, a follow-up and a command', () => {
  const questions = textOf(path.join(folder, 'viva.md')).split(/^### /m).slice(1)
  questions.forEach((question, i) => {
    assert.match(question, new RegExp(`^${i + 1}\\. .*\\?\n`))
    for (const part of ['Short', 'Full', 'Follow-up', 'See it'])
      assert.equal(question.split(`\n**${part}.** `).length, 2, `${part} of question ${question.split('\n')[0]}`)
    const see = question.split('\n**See it.** ')[1] ?? ''
    assert.ok(commandsIn(see).length > 0, `no command in question ${question.split('\n')[0]}`)
  })
  assert.equal(questions.length, 36)
})

test('given the map of the viva, when its numbers are counted, then each question stands there once', () => {
  const [map = ''] = blocksOf(textOf(path.join(folder, 'viva.md'))).map(({ body }) => body)
  const numbers = [...map.matchAll(/<br\/>([\d, ]+)"/g)].flatMap(([, list = '']) => list.split(', ').map(Number))
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 36 }, (_, at) => at + 1),
  )
})
