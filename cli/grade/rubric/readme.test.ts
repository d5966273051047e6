import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { TABLE } from '../../commands/table.ts'
import { lessons } from '../../student/lessons.ts'
import { WALL_MS } from '../run/one.ts'
import { RUBRIC_FILE, readYaml } from './load.ts'
import { manualShape } from './manual.ts'

const folder = path.dirname(RUBRIC_FILE)
const page = await readFile(path.join(folder, 'README.md'), 'utf8')

test('given the plan for a day, when its minutes are read, then they are those of the parts, and six hours together', async () => {
  const rows = [...page.matchAll(/^\| ([A-I]) \| (\d+) \|/gm)].map(([, letter, minutes]) => [letter, Number(minutes)])
  const planned = (await lessons()).map(({ letter, minutes }) => [letter, minutes])
  assert.deepEqual(rows, planned.slice(0, rows.length))
  assert.equal(rows.length, 9)
  assert.equal(
    rows.reduce((sum, [, minutes]) => sum + Number(minutes), 0),
    6 * 60,
  )
})

test('given the page, when it names commands, files and times, then there are such', () => {
  for (const [, name] of page.matchAll(/`lab ([a-z]+)/g))
    assert.ok(
      TABLE.some((entry) => entry.name === name),
      `lab ${name}`,
    )
  for (const [, link = ''] of page.matchAll(/\]\((?!http)([^)#]+)/g))
    assert.ok(existsSync(path.join(folder, link)), link)
  assert.match(page, /at most eight minutes/)
  assert.equal(WALL_MS, 8 * 60_000)
})

test('given the example of manual.yml, when it is read, then it has the shape of one', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  assert.ok('value' in readYaml(example, manualShape))
})
