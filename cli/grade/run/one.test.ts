import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { layParts } from '../../author/lay.ts'
import { select } from '../../check/course.ts'
import { reportOf } from '../../check/report.ts'
import { findSubmissions, type Submission } from '../find/find.ts'
import { rejudge } from '../rejudge.ts'
import { evidencePath, readResult } from '../result.ts'
import { type ClassOptions, gradeClass, isMachinesFault } from './class.ts'
import { CUT, wholeReport } from './cut.ts'
import { defaultLanes } from './jobs.ts'
import { BUSY_MACHINE, gradeOne, type RunSettings } from './one.ts'
import { timeLeft, timeLeftText } from './time-left.ts'

const COMPOSE = `services:
  kafka:
    image: apache/kafka:4.0.0
    ports: ['9092:9092']
`
const LAB = { contract: 1, services: {}, commands: { topics: 'node hang.ts', 'create-event': 'node hang.ts' } }

/** Our own code, so no sandbox: a hand-in each, whose commands hang for ever. */
async function hangingClass(
  t: TestContext,
  ...names: string[]
): Promise<{ out: string; submissions: readonly Submission[]; dir: string }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'lab-one-'))
  t.after(() => rm(root, { recursive: true, force: true, maxRetries: 3 }))
  const dir = path.join(root, 'in')
  for (const name of names) {
    await mkdir(path.join(dir, name), { recursive: true })
    await writeFile(path.join(dir, name, 'lab.json'), JSON.stringify(LAB))
    await writeFile(path.join(dir, name, 'hang.ts'), 'setInterval(() => {}, 1000)\n')
    await writeFile(path.join(dir, name, 'docker-compose.yml'), COMPOSE)
  }
  return { dir, out: path.join(root, 'out'), submissions: (await findSubmissions(dir)).submissions }
}

async function settings(out: string, parts: readonly string[], more: Partial<RunSettings> = {}): Promise<RunSettings> {
  await mkdir(out, { recursive: true })
  return {
    ...{ out, selected: await select(parts), seed: 7, toolchains: [], wallMs: 480_000, hardMs: 600_000 },
    ...{
      tier: { tier: 'T0', how: 'our own code', tried: [] },
      env: process.env,
      signal: new AbortController().signal,
      now: Date.now,
    },
    ...more,
  }
}

const timeout = 240_000

test('given a hand-in that hangs, when its time is over, then what has a verdict keeps it and the rest failed for want of time', {
  timeout,
}, async (t) => {
  const { out, submissions } = await hangingClass(t, 'ada')
  const result = await gradeOne(
    submissions[0] as Submission,
    'f',
    await settings(out, ['A1', 'A2', 'C1'], { wallMs: 20_000 }),
  )
  assert.equal(result?.status, 'cut')
  const verdicts = result?.report.parts.flatMap(({ checks }) =>
    checks.map(({ id, verdict, diagnosis }) => [id, verdict, diagnosis?.id === CUT]),
  )
  assert.deepEqual(verdicts, [
    ['A1', 'pass', false],
    ['A2', 'pass', false],
    ['C1', 'fail', true],
  ])
  assert.deepEqual(await readResult(out, 'ada'), JSON.parse(JSON.stringify(result)))
  // Histories of what was done are there; the cut check has none, and keeps its verdict when all is judged again.
  const again = await rejudge(
    result?.report ?? reportOf([], 0),
    await select(['A1', 'A2', 'C1']),
    evidencePath(out, 'ada'),
  )
  assert.deepEqual(again.parts, result?.report.parts)
})

test('given a hand-in with the design exercise, when it is graded by other checks, then its open answers come along with their own marks', {
  timeout,
}, async (t) => {
  const { out, submissions, dir } = await hangingClass(t, 'ada')
  await layParts(['q-topic-design'], path.join(dir, 'ada'), 'solution')
  const result = await gradeOne(submissions[0] as Submission, 'f', await settings(out, ['A2']))
  assert.deepEqual(
    result?.answers?.map(({ part, items }) => [part, items.every(({ written, selfMark }) => written && selfMark)]),
    [['q-topic-design', true]],
  )
  assert.deepEqual((await readResult(out, 'ada'))?.answers, result?.answers)
})

test('given what a busy machine failed, when it is tried once more, then what passed stays with its history and only the rest is checked', {
  timeout,
}, async (t) => {
  const { out, submissions, dir } = await hangingClass(t, 'ada')
  await writeFile(path.join(dir, 'ada', 'hang.ts'), 'process.exit(1)\n')
  const hand = submissions[0] as Submission
  const first = await gradeOne(hand, 'f', await settings(out, ['A1', 'A2', 'C1']))
  assert.ok(first)
  const findings = [
    { id: BUSY_MACHINE, says: 'This machine was very busy.' },
    { id: 'sandbox.memory', says: 'it took too much' },
  ]
  const checked: string[] = []
  const note = (checks: readonly string[]) => void checked.push(...checks)
  const again = await gradeOne(hand, 'f', await settings(out, ['A1', 'A2', 'C1']), note, { ...first, findings })
  assert.deepEqual(checked, ['C1'])
  assert.deepEqual(
    again?.report.parts.flatMap(({ checks }) => checks.map(({ id, verdict }) => [id, verdict])),
    [
      ['A1', 'pass'],
      ['A2', 'pass'],
      ['C1', 'fail'],
    ],
  )
  assert.equal(again?.report.marks, first.report.marks)
  // The machine of this test may be busy itself, in its own words.
  const says = again?.findings.map((one) => one.says) ?? []
  assert.ok(says.includes('it took too much') && !says.includes('This machine was very busy.'), says.join('\n'))
  assert.ok(again.seconds > first.seconds)
  const judged = await rejudge(again.report, await select(['A1', 'A2', 'C1']), evidencePath(out, 'ada'))
  assert.deepEqual(judged.parts, again.report.parts)
})

test('given a worker that does not end, when the last limit is reached, then it is killed and the result is stored', {
  timeout,
}, async (t) => {
  const { out, submissions } = await hangingClass(t, 'ada')
  const result = await gradeOne(submissions[0] as Submission, 'f', await settings(out, ['C1'], { hardMs: 8_000 }))
  assert.equal(result?.status, 'cut')
  assert.equal(result?.report.marks, 0)
  assert.deepEqual((await readdir(path.join(out, 'ada'))).toSorted(), ['evidence', 'result.json'])
})

test('given a class that is interrupted, when it is resumed, then what was done stays, and what is missing or new is done', {
  timeout,
}, async (t) => {
  const { out, submissions, dir } = await hangingClass(t, 'ada', 'bob')
  const stop = new AbortController()
  const seen: string[] = []
  const options: ClassOptions = {
    lanes: { base: 1, most: 1 },
    resume: true,
    onEnd: ({ student }, how) => seen.push(`${student.key} ${how}`),
  }
  const first = await gradeClass(submissions, await settings(out, ['A2'], { signal: stop.signal }), {
    ...options,
    onEnd: (result, how) => {
      options.onEnd?.(result, how)
      stop.abort()
    },
  })
  assert.deepEqual(
    first.map(({ student }) => student.key),
    ['ada'],
  )
  assert.equal(await readResult(out, 'bob'), undefined)
  const before = await readFile(path.join(out, 'ada', 'result.json'), 'utf8')
  const all = await gradeClass(submissions, await settings(out, ['A2']), options)
  assert.deepEqual(seen, ['ada new', 'ada kept', 'bob new'])
  assert.equal(all.length, 2)
  assert.equal(await readFile(path.join(out, 'ada', 'result.json'), 'utf8'), before)
  await writeFile(path.join(dir, 'bob', 'docker-compose.yml'), `${COMPOSE}# handed in again\n`)
  seen.length = 0
  await gradeClass(submissions, await settings(out, ['A2']), options)
  assert.deepEqual(seen, ['ada kept', 'bob new'])
})

test('given a run that the machine failed, when its report is made, then the checks without a verdict are open and cost nothing', async () => {
  const report = wholeReport(await select(['a']), new Map(), { kind: 'fault', message: 'the disk is full' }, 3)
  assert.ok(
    report.parts[0]?.checks.every(
      ({ verdict, diagnosis }) => verdict === 'kit-fault' && /disk is full/.test(diagnosis?.saw ?? ''),
    ),
  )
})

test('given marks that were lost, when the machine was busy meanwhile, then it is tried again; otherwise they are lost', async () => {
  const passed = wholeReport(await select(['a']), new Map(), { kind: 'done' }, 3)
  const verdict = (kind: 'pass' | 'fail') => ({
    ...passed,
    parts: passed.parts.map((part) => ({ ...part, checks: part.checks.map((check) => ({ ...check, verdict: kind })) })),
  })
  const busy = [{ id: BUSY_MACHINE, says: 'This machine was very busy.' }]
  assert.equal(isMachinesFault({ status: 'graded', findings: busy, report: verdict('fail') }), true)
  assert.equal(isMachinesFault({ status: 'graded', findings: busy, report: verdict('pass') }), false)
  assert.equal(isMachinesFault({ status: 'graded', findings: [], report: verdict('fail') }), false)
  assert.equal(isMachinesFault({ status: 'incomplete', findings: [], report: verdict('pass') }), true)
})

test('given what was done so far, when the time left is guessed, then it is that of the lanes', () => {
  assert.equal(timeLeft({ took: [60, 60], running: [30, 30], waiting: 2, jobs: 2 }), 90)
  assert.equal(timeLeft({ took: [60], running: [200], waiting: 0, jobs: 4 }), 6)
  assert.equal(timeLeft({ took: [], running: [], waiting: 0, jobs: 4 }), 0)
  assert.equal(timeLeftText(61), 'about 2 min left')
})

test('given machines, when jobs are counted, then memory and cores bound them', () => {
  assert.deepEqual(defaultLanes(2, 16 * 2 ** 30), { base: 4, most: 8 })
  assert.deepEqual(defaultLanes(8, 4 * 2 ** 30), { base: 3, most: 3 })
  assert.deepEqual(defaultLanes(1, 2 ** 29), { base: 1, most: 1 })
})
