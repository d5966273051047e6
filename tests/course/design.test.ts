/** Part Q: the model answer is right, each wrong design gets its diagnosis, and the handout says what the rules know. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { fillDesign, judgeDesign, textsIn } from '../../cli/author/design-page.ts'
import { handoutPath } from '../../cli/author/handouts.ts'
import { layParts, partFiles } from '../../cli/author/lay.ts'
import { layMistake, type Mistake, readMistakes } from '../../cli/author/mistakes.ts'
import { starterOf } from '../../cli/author/starters.ts'
import { check } from '../../cli/author/try-mistake.ts'
import type { Check } from '../../cli/check/check.ts'
import { ADVANCED } from '../../cli/check/contract.ts'
import { checksOf, select } from '../../cli/check/course.ts'
import { FILES, pathOf } from '../../labs/q-topic-design/design.ts'
import { diagnoses } from '../../labs/q-topic-design/diagnoses.ts'
import { lesson } from '../../labs/q-topic-design/part.ts'
import {
  FACTS,
  LETTERS_KEPT,
  LONGEST_KEPT,
  LONGEST_OUTAGE,
  PEAK,
  READER,
  SPARE,
  WHOLESALER,
} from '../../labs/q-topic-design/task.ts'
import { ownBroker } from './own-broker.ts'

const brokers = ownBroker()
const PART = 'q-topic-design'
/** Judged by what a broker holds, not from the files. */
const LOAD = 'Q9'
const all = await checksOf(PART)
const mistakes = await readMistakes([PART])
const onPaper = all.filter(({ id }) => id !== LOAD)

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-design-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function filesIn(dir: string): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(
      FILES.map(async (name) => [pathOf(name), await readFile(join(dir, pathOf(name)), 'utf8')] as const),
    ),
  )
}

const told = (checks: readonly Check[], files: ReadonlyMap<string, string>): string[] =>
  checks.flatMap((one) => {
    const judgement = judgeDesign(one, textsIn(files))
    return judgement.kind === 'pass' ? [] : [`${one.id} ${judgement.diagnosis.id}: ${judgement.diagnosis.saw}`]
  })

test('given part Q, when its marks are added, then they are its own and no part of all', async () => {
  assert.equal(
    all.reduce((sum, { marks }) => sum + marks, 0),
    ADVANCED[PART],
  )
  assert.ok((await select(['all'])).every(({ part }) => part !== PART))
  assert.deepEqual(
    (await select(['q', 'Q2'])).map(({ part, checks }) => [part, checks.length]),
    [[PART, all.length]],
  )
})

test('given the model answer, when it is judged on paper, then nothing is wrong with it', async () => {
  assert.deepEqual(told(onPaper, await partFiles(PART, 'solution')), [])
})

test('given the starter of part Q, when it is made anew, then it is the one that is checked in, and nothing of it passes', async () => {
  const starter = await partFiles(PART, 'starter')
  assert.deepEqual(starter, await starterOf(PART))
  for (const file of lesson.files) assert.match(starter.get(file) ?? '', /part Q: not written yet/)
  const found = told(onPaper, starter)
  assert.equal(found.length, onPaper.length)
  for (const line of found) assert.match(line, /^Q\d design\.not-written/)
})

test('given the wrong designs, when they are counted, then there are forty or more, and each check has one', () => {
  assert.ok(mistakes.length >= 40)
  for (const { id } of all)
    assert.ok(
      mistakes.some(({ fails }) => fails[0] === id),
      id,
    )
})

for (const mistake of mistakes) {
  const { name, title, fails, diagnosis } = mistake
  test(`given the design ${name} (${title}), when it is judged, then ${fails[0]} says ${diagnosis}`, async () => {
    const files = await inFolder(async (dir) => {
      await layMistake(mistake, dir)
      return filesIn(dir)
    })
    const found = told(onPaper, files)
    assert.deepEqual(
      found.map((line) => line.slice(0, 2)),
      fails.filter((id) => id !== LOAD),
      found.join('\n'),
    )
    if (fails[0] !== LOAD) assert.ok(found[0]?.startsWith(`${fails[0]} ${diagnosis}:`), found.join('\n'))
  })
}

/** What the broker says of a design: `Q9 design.hot-partition`, or nothing where all pass. */
async function onBroker(t: { signal: AbortSignal }, lay: (dir: string) => Promise<unknown>, words: string[]) {
  return inFolder(async (dir) => {
    await lay(dir)
    const options = { brokers: [brokers()], seed: 1, signal: t.signal, env: process.env }
    const report = await check(dir, await select(words), options)
    const failed = report.parts
      .flatMap(({ checks }) => checks)
      .filter(({ verdict }) => verdict !== 'pass')
      .map(
        ({ id, verdict, diagnosis }) => `${id} ${diagnosis?.id}${verdict === 'kit-fault' ? `: ${diagnosis?.saw}` : ''}`,
      )
    return { failed, report }
  })
}

test('given another right design, led by order and with other names, when it is checked, then no mark is lost', async (t) => {
  const other = resolve(import.meta.dirname, 'other-design')
  const { failed, report } = await onBroker(t, (dir) => cp(other, dir, { recursive: true }), ['q'])
  assert.deepEqual(failed, [])
  const manual = report.parts[0]?.manual ?? []
  assert.ok(manual.every(({ written, selfMark }) => !written && selfMark === null))
})

const mistakeNamed = (name: string): Mistake => mistakes.find((one) => one.name === name) as Mistake

test('given the model answer, when the broker bears its load, then it gets all marks, and its open answers are for a person', async (t) => {
  const { failed, report } = await onBroker(t, (dir) => layParts([PART], dir, 'solution'), ['q'])
  assert.deepEqual(failed, [])
  assert.equal(report.marks, ADVANCED[PART])
  const manual = report.parts[0]?.manual ?? []
  assert.ok(manual.length > 0)
  for (const { id, written, selfMark, marks, checklist } of manual) {
    assert.ok(written, id)
    assert.equal(selfMark, marks, id)
    assert.equal(checklist.length, marks, id)
  }
})

for (const [name, said] of [
  ['key-is-customer', 'Q9 design.hot-partition'],
  ['three-for-all', 'Q9 design.lag-grows'],
] as const) {
  test(`given the design ${name}, when the broker bears its load, then it says ${said}`, async (t) => {
    const { failed } = await onBroker(t, (dir) => layMistake(mistakeNamed(name), dir), [LOAD])
    assert.deepEqual(failed, [said])
  })
}

test('given the handout of part Q, when it is made anew, then it is the one that is checked in, with the figures of the rules', async () => {
  const text = await readFile(handoutPath(PART), 'utf8')
  assert.equal(text, await fillDesign(text), 'run `node cli/author/design-page.ts`')
  const figures = [
    `orders a second at the peak | ${PEAK}`,
    `| ${SPARE} times the peak`,
    `| ${LONGEST_OUTAGE} hours`,
    `| ${LONGEST_KEPT} hours`,
    `| ${LETTERS_KEPT} hours`,
    `| ${WHOLESALER * 100} of 100 orders`,
    ...Object.entries(READER).map(([service, rate]) => `${service} ${rate}`),
  ]
  for (const figure of figures) assert.ok(text.includes(figure), figure)
  for (const [fact, { by, command }] of Object.entries(FACTS))
    assert.ok(text.includes(command ? `\`${fact}\`` : `| \`${fact}\` | ${by} |`), fact)
  for (const [, id = ''] of text.matchAll(/mistakes\.md#([\w.-]+)/g)) assert.ok(id in diagnoses, id)
})

test('given part Q, when its hints are compared with its checks, then each check has three steps of help', () => {
  assert.deepEqual(
    lesson.hints.map(({ check: id }) => id),
    all.map(({ id }) => id),
  )
})
