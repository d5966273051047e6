/** Hints, quizzes and handouts are complete and agree with the checks. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { handoutPath } from '../../cli/author/handouts.ts'
import { PARTS, partFiles } from '../../cli/author/lay.ts'
import type { Part } from '../../cli/check/contract.ts'
import { checksOf } from '../../cli/check/course.ts'
import type { Lesson } from '../../labs/lesson.ts'

const lessonOf = async (part: Part): Promise<Lesson> =>
  ((await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }).lesson
const filled = (texts: readonly string[]): boolean => texts.every((text) => text.trim() !== '')

for (const part of PARTS) {
  test(`given ${part}, when its lesson is read, then letter, folder and files are those of the part`, async () => {
    const lesson = await lessonOf(part)
    assert.equal(lesson.folder, part)
    assert.equal(lesson.letter.toLowerCase(), part[0])
    const starter = await partFiles(part, 'starter')
    for (const file of lesson.files) assert.match(starter.get(file) ?? '', /part [A-I]: not written yet/, file)
    const unfinished = [...starter].filter(([, text]) => /not written yet/.test(text)).map(([path]) => path)
    assert.deepEqual([...lesson.files].sort(), unfinished.sort())
  })

  test(`given ${part}, when its hints are compared with its checks, then each check has three steps of help`, async () => {
    const { hints } = await lessonOf(part)
    const ids = (await checksOf(part)).map(({ id }) => id)
    assert.deepEqual(
      hints.map(({ check }) => check),
      ids,
    )
    for (const hint of hints) assert.ok(filled([hint.question, hint.pointer, hint.nearAnswer]), hint.check)
  })

  test(`given ${part}, when its quiz is read, then it has four questions or more, each with a right option and a reason`, async () => {
    const { quiz } = await lessonOf(part)
    assert.ok(quiz.length >= 4)
    for (const { ask, options, answer, why } of quiz) {
      assert.ok(filled([ask, why, ...options]), ask)
      assert.ok(options.length >= 2 && new Set(options).size === options.length, ask)
      assert.ok(options[answer] !== undefined, ask)
    }
  })

  test(`given the handout of ${part}, when its links are followed, then each leads to a diagnosis that the checks can give`, async () => {
    const text = await readFile(handoutPath(part), 'utf8')
    const links = [...text.matchAll(/\[`([\w.-]+)`\]\(\.\.\/\.\.\/docs\/mistakes\.md#([\w.-]+)\)/g)]
    assert.ok(links.length >= 2)
    const module = new URL(`../../labs/${part}/diagnoses.ts`, import.meta.url)
    assert.ok(existsSync(module), 'labs/<part>/diagnoses.ts')
    const known = await readFile(module, 'utf8')
    for (const [, name, anchor] of links) {
      assert.equal(name, anchor)
      assert.ok(known.includes(`'${name}'`), `${name} is no diagnosis of ${part}`)
    }
  })
}

test('given all lessons, when they are added up, then they take six hours and meet the six viva topics', async () => {
  const lessons = await Promise.all(PARTS.map(lessonOf))
  assert.equal(
    lessons.reduce((sum, { minutes }) => sum + minutes, 0),
    6 * 60,
  )
  const topics = ['DLQ', 'consumer group', 'offset', 'partition', 'saga', 'topic']
  assert.deepEqual(lessons.flatMap(({ viva }) => viva).sort(), topics)
})
