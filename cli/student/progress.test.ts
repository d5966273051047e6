import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARTS, type Part } from '../check/contract.ts'
import type { CheckReport, Report } from '../check/report.ts'
import { stepsOpen } from './hint-steps.ts'
import { nextStep } from './next.ts'
import { NO_PROGRESS, partProgress, recordAnswer, recordHint, recordReport, recordStart } from './progress.ts'
import { bar, RUBRIC, rubricMarks } from './rubric-lines.ts'
import { firstFailed, partAtWork, whereAmI } from './where.ts'

const MINUTE = 60_000
const T0 = Date.parse('2026-11-21T08:00:00Z')

type Verdict = CheckReport['verdict']
function report(part: Part, verdicts: Readonly<Record<string, readonly [Verdict, number]>>): Report {
  const checks = Object.entries(verdicts).map(([id, [verdict, max]]) => ({
    ...{ id, verdict, max, marks: verdict === 'pass' ? max : 0, seconds: 1 },
    ...(verdict === 'pass' ? {} : { diagnosis: diagnosisOf(id) }),
  }))
  const marks = checks.reduce((sum, one) => sum + one.marks, 0)
  return { contract: 1, marks, max: 0, seconds: 1, parts: [{ part, marks, max: 0, checks }] }
}
function diagnosisOf(id: string, cause = 'Because.') {
  return { id: `test.${id}`, did: 'did', expected: 'expected', saw: 'saw', first: 'first', cause, next: 'next' }
}
const all = (part: Part): Report => report(part, { [`${part[0]?.toUpperCase()}1`]: ['pass', PARTS[part]] })

test('given checks at 0, 10, 12 and 100 minutes, when minutes are counted, then the long pause is cut to 15', () => {
  const failing = report('a-kafka', { A1: ['fail', 2] })
  let progress = recordStart(NO_PROGRESS, 'a-kafka', T0)
  for (const at of [10, 12, 100]) progress = recordReport(progress, failing, T0 + at * MINUTE)
  assert.equal(partProgress(progress, 'a-kafka').minutes, 27)
  assert.equal(partProgress(progress, 'a-kafka').attempts, 3)
})

test('given a clock that went back, when minutes are counted, then none are taken away', () => {
  const progress = recordReport(recordStart(NO_PROGRESS, 'a-kafka', T0), all('a-kafka'), T0 - 90 * MINUTE)
  assert.equal(partProgress(progress, 'a-kafka').minutes, 0)
})

test('given a part that passed and breaks later, when it is checked, then its marks are those of now and the best is kept', () => {
  const good = recordReport(NO_PROGRESS, report('d-producer', { D1: ['pass', 3], D2: ['pass', 2] }), T0)
  const bad = recordReport(good, report('d-producer', { D1: ['fail', 3], D2: ['skipped', 2] }), T0)
  assert.equal(rubricMarks(bad).find(({ title }) => title === 'Producer')?.marks, 0)
  assert.equal(partProgress(bad, 'd-producer').best, 5)
  assert.equal(bad.checks.D1?.diagnosis?.id, 'test.D1')
  assert.equal(bad.checks.D2?.attempts, 1, 'a skipped check is no attempt')
})

test('given a fault of the kit, when it is recorded, then nothing of the check changes', () => {
  const before = recordReport(NO_PROGRESS, all('a-kafka'), T0)
  const after = recordReport(before, report('a-kafka', { A1: ['kit-fault', 2] }), T0 + MINUTE)
  assert.deepEqual(after.checks, before.checks)
  assert.equal(partProgress(after, 'a-kafka').attempts, 1)
})

test('given a diagnosis of a megabyte, when it is recorded, then it is cut and the file stays readable', () => {
  const long = report('a-kafka', { A1: ['fail', 2] })
  const [part] = long.parts
  const loud = { ...diagnosisOf('A1'), saw: 'x'.repeat(1_000_000) }
  const parts = [{ ...part!, checks: [{ ...part!.checks[0]!, diagnosis: loud }] }]
  const saw = recordReport(NO_PROGRESS, { ...long, parts }, T0).checks.A1?.diagnosis?.saw ?? ''
  assert.ok(saw.length < 2_100 && saw.endsWith(' …'))
})

test('given the rubric, when its lines are added up, then each part counts once and the sum is 100', () => {
  assert.deepEqual(RUBRIC.flatMap(({ parts }) => parts).sort(), Object.keys(PARTS).sort())
  assert.deepEqual(
    rubricMarks(NO_PROGRESS).map(({ max }) => max),
    [20, 20, 20, 20, 10, 10],
  )
})

test('given some marks but not all, when a bar is drawn, then it is neither empty nor full', () => {
  assert.equal(bar(1, 100, 10).full.length, 1)
  assert.equal(bar(99, 100, 10).full.length, 9)
  assert.equal(bar(100, 100, 10).full.length, 10)
  assert.equal(bar(0, 100, 10).full.length, 0)
})

test('given nothing, when asked what is next, then it is to start part A', () => {
  assert.deepEqual(whereAmI(NO_PROGRESS), { kind: 'new', part: 'a-kafka' })
  assert.equal(nextStep(NO_PROGRESS).command, 'lab start a')
})

test('given a part at work with a skipped and a failed check, when asked what is next, then it is the failed one', () => {
  const verdicts = { D1: ['pass', 3], D2: ['skipped', 2], D3: ['fail', 2] } as const
  const progress = recordReport(recordStart(NO_PROGRESS, 'd-producer', T0), report('d-producer', verdicts), T0)
  assert.equal(firstFailed(progress, 'd-producer'), 'D3')
  assert.match(nextStep(progress).why, /3 of 8 marks. D3: Because\./)
})

test('given a part that is complete, when asked what is next, then it is the next open part, and an earlier one is named as such', () => {
  const inOrder = recordReport(recordStart(NO_PROGRESS, 'a-kafka', T0), all('a-kafka'), T0)
  assert.deepEqual(whereAmI(inOrder), { kind: 'part-done', part: 'a-kafka', next: 'b-services', skipped: false })
  const another = recordReport(recordStart(NO_PROGRESS, 'c-events', T0), all('c-events'), T0)
  assert.deepEqual(whereAmI(another), { kind: 'part-done', part: 'c-events', next: 'a-kafka', skipped: true })
  assert.match(nextStep(another).why, /Part A, before it, has not/)
})

test('given all marks, when asked what is next, then it is the report', () => {
  const parts = Object.keys(PARTS) as Part[]
  const progress = parts.reduce((sum, part) => recordReport(sum, all(part), T0), NO_PROGRESS)
  assert.deepEqual(whereAmI(progress), { kind: 'all-done' })
  assert.equal(nextStep(progress).command, 'lab report')
  assert.equal(partAtWork(progress), 'i-testing')
})

test('given a check of all parts and nothing started, when it is recorded, then the first open part is at work', () => {
  const two = [...all('a-kafka').parts, ...report('b-services', { B1: ['fail', 3] }).parts]
  const progress = recordReport(NO_PROGRESS, { ...all('a-kafka'), parts: two }, T0)
  assert.equal(progress.current, 'b-services')
})

test('given a complete part and an earlier one that breaks behind it, when both are recorded, then the student stays where they are', () => {
  const atC = recordReport(recordStart(NO_PROGRESS, 'c-events', T0), all('c-events'), T0)
  const after = recordReport(atC, report('a-kafka', { A3: ['fail', 5] }), T0 + MINUTE, true)
  assert.equal(after.current, 'c-events')
  assert.equal(after.checks.A3?.verdict, 'fail')
  assert.equal(partProgress(after, 'c-events').minutes, 1, 'the time was spent on the part at work')
  assert.match(nextStep(after).why, /^Part C has all its 6 marks\. Part A, before it, has not\./)
})

test('given parts A and B done one behind the other, when A is checked behind B, then what is told as done is B', () => {
  const both = ['a-kafka', 'b-services'] as const
  const done = both.reduce((sum, part) => recordReport(recordStart(sum, part, T0), all(part), T0), NO_PROGRESS)
  const after = recordReport(done, all('a-kafka'), T0, true)
  assert.deepEqual(whereAmI(after), { kind: 'part-done', part: 'b-services', next: 'c-events', skipped: false })
})

test('given a shop from elsewhere whose first parts are complete, when it is checked, then the next part is one to start', () => {
  const parts = [...all('a-kafka').parts, ...all('b-services').parts]
  const progress = recordReport(NO_PROGRESS, { ...all('a-kafka'), parts }, T0)
  assert.equal(nextStep(progress).command, 'lab start c')
})

for (const [attempts, hints, verdict, open] of [
  [0, 0, 'fail', 1],
  [1, 0, 'fail', 1],
  [2, 0, 'fail', 2],
  [4, 0, 'fail', 3],
  [0, 1, 'fail', 2],
  [0, 2, 'fail', 3],
  [9, 3, 'fail', 3],
  [9, 0, 'pass', 1],
] as const) {
  test(`given ${attempts} runs, ${hints} steps seen and the verdict ${verdict}, when a hint is asked for, then ${open} are open`, () => {
    assert.equal(stepsOpen({ attempts, hints, verdict }), open)
  })
}

test('given a hint before the first run, when it is recorded, then the check counts as not run', () => {
  const progress = recordHint(recordStart(NO_PROGRESS, 'a-kafka', T0), 'A3', 1, T0)
  assert.equal(progress.checks.A3?.at, null)
  assert.equal(firstFailed(progress, 'a-kafka'), undefined)
})

test('given an answer that was opened, when it is recorded, then it is counted and the part at work stays', () => {
  const progress = recordAnswer(recordStart(NO_PROGRESS, 'b-services', T0), 'a-kafka', T0 + 2 * MINUTE)
  assert.equal(partProgress(progress, 'a-kafka').answersOpened, 1)
  assert.equal(progress.current, 'b-services')
  assert.equal(partProgress(progress, 'b-services').minutes, 2)
})
