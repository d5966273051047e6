import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { select } from '../../check/course.ts'
import { RUBRIC } from '../../student/rubric-lines.ts'
import { loadRubric, RUBRIC_FILE, readRubric } from './load.ts'
import { isManual, rubricSchema } from './shape.ts'
import { loadVivaSheet, VIVA_TOPICS } from './viva-sheet.ts'

const folder = path.dirname(RUBRIC_FILE)
const source = await readFile(RUBRIC_FILE, 'utf8')

test('given the rubrics of the kit, when they are read, then they add up and name each check once', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yml') && name !== 'viva.yml')
  assert.ok(files.length >= 2)
  for (const file of files) await loadRubric(path.join(folder, file))
})

test('given the rubric and the checks, when their marks are compared, then they are the same', async () => {
  const { criteria } = await loadRubric()
  const marks = Object.assign(
    {},
    ...criteria.flatMap(({ lines }) => lines.map((line) => (isManual(line) ? {} : line.checks))),
  )
  const selected = await select(['all'])
  const own = selected.flatMap(({ checks }) => checks.map(({ id, marks }) => [id, marks]))
  assert.deepEqual(marks, Object.fromEntries(own))
  // The student's page sums by part: the same titles, the same checks below each.
  const parts = criteria.map(({ title, lines }) => {
    const ids = lines.flatMap((line) => (isManual(line) ? [] : Object.keys(line.checks)))
    const of = selected.filter(({ checks }) => checks.some(({ id }) => ids.includes(id)))
    return { title, parts: of.map(({ part }) => part) }
  })
  assert.deepEqual(parts, RUBRIC)
})

test('given the shape of a rubric, when the schema for editors is made, then it is the file beside the rubric', async () => {
  const written = await readFile(path.join(folder, 'rubric.schema.json'), 'utf8')
  assert.deepEqual(JSON.parse(written), JSON.parse(rubricSchema()))
})

const cases: [string, (text: string) => string, RegExp][] = [
  [
    'marks that do not add up',
    (text) => text.replace('A1: 2', 'A1: 3'),
    /line 12, criteria › 0 › marks: "Kafka set-up" is worth 20 marks, but its lines add up to 21/,
  ],
  [
    'criteria that are not 100',
    (text) => text.replace('I2: 7', 'I2: 6').replace(/marks: 10(?![\s\S]*marks: 10)/, 'marks: 9'),
    /the criteria add up to 99 marks, not to 100/,
  ],
  [
    'a check that does not exist',
    (text) => text.replace('A1: 2', 'A9: 2'),
    /line 16, .*there is no check A9; there are A1 A2/,
  ],
  ['a check twice', (text) => text.replace('A2: 4', 'B1: 4'), /check B1 is named twice: it counts for "One broker/],
  [
    'a check that nobody names',
    (text) => text.replace('F3: 4', 'F9: 4'),
    /no line names F3; a check that shall not count belongs into left_out/,
  ],
  ['a check twice in one line', (text) => text.replace('A2: 4', 'A1: 4'), /line 16: .*unique/i],
  ['a word too many', (text) => text.replace('contract: 1', 'contract: 1\ncolour: red'), /"colour"/],
  [
    'marks as text',
    (text) => text.replace('A1: 2', 'A1: two'),
    /line 16, criteria › 0 › lines › 0 › checks › A1: .*expected number/,
  ],
  ['no YAML', (text) => text.replace('title: Saga Lab', 'title: [Saga Lab'), /line \d+: /],
]
for (const [what, change, says] of cases) {
  test(`given a rubric with ${what}, when it is read, then the line and the fault are named`, async () => {
    const changed = change(source)
    assert.notEqual(changed, source)
    await assert.rejects(readRubric(changed, 'r.yml'), (error: Error) => {
      assert.match(error.message, says)
      return true
    })
  })
}

test('given a rubric that is not there, when it is read, then that is said', async () => {
  await assert.rejects(loadRubric('/nowhere/r.yml'), /cannot be read \(ENOENT\)/)
})

test('given the sheet for the viva, when it is read, then it has one question a topic', async () => {
  const { questions } = await loadVivaSheet()
  assert.deepEqual(questions.map(({ topic }) => topic).toSorted(), [...VIVA_TOPICS].toSorted())
})
