import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { runLab } from '../../../tests/run-lab.ts'
import { NO_PROGRESS, type Progress } from '../../student/progress.ts'
import { progressPath } from '../../student/progress-file.ts'

const diagnosis = (id: string) => ({ id, did: 'd', expected: 'e', saw: 's', first: 'f', cause: 'c', next: 'n' })
const progress = (check: string, attempts: number, id: string): Progress => ({
  ...NO_PROGRESS,
  current: 'd-producer',
  checks: {
    A1: { attempts: 1, verdict: 'pass', marks: 2, max: 2, at: '2026-11-21T08:00:00.000Z', hints: 0, diagnosis: null },
    [check]: {
      attempts,
      verdict: 'fail',
      marks: 0,
      max: 3,
      at: '2026-11-21T08:30:00.000Z',
      hints: 2,
      diagnosis: diagnosis(id),
    },
  },
})

async function school(t: TestContext, workspaces: Record<string, Progress | undefined>): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-school-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const [folder, own] of Object.entries(workspaces)) {
    const file = progressPath(path.join(dir, folder))
    await mkdir(path.dirname(file), { recursive: true })
    if (own !== undefined) await writeFile(file, JSON.stringify(own))
  }
  return dir
}

test('given workspaces on a shared drive, when the class is looked at, then the most stuck come first and what they share is told', async (t) => {
  const dir = await school(t, {
    ada: progress('D1', 2, 'producer.key-missing'),
    'bob/my-shop': progress('D1', 7, 'producer.key-missing'),
    carl: progress('C1', 1, 'event.id-missing'),
    dora: undefined,
  })
  await writeFile(path.join(dir, 'emil.zip'), 'x')
  const { code, out, err } = await runLab(['class', dir])
  assert.equal(code, 0, err)
  assert.match(out, /^bob +2 of 100 +at d-producer .*D1 failed, run 7 times, 2 hints: producer.key-missing\nada /)
  assert.match(out, /2 × D1 producer.key-missing: (ada, bob|bob, ada)/)
  assert.match(out, /No progress in: dora, emil.zip/)
  const told = JSON.parse((await runLab(['class', dir, '--json'])).out)
  assert.deepEqual(
    told.learners.map((one: { name: string }) => one.name),
    ['ada', 'bob', 'carl'],
  )
  assert.deepEqual(told.learners[1].stuck, { check: 'D1', attempts: 7, hints: 2, diagnosis: 'producer.key-missing' })
})

test('given reports that were handed in, when the class is looked at, then they tell the same as the workspaces', async (t) => {
  const dir = await school(t, { ada: progress('D1', 2, 'producer.key-missing') })
  const { code } = await runLab([
    'report',
    '--workspace',
    path.join(dir, 'ada'),
    '--out',
    path.join(dir, 'reports', 'ada'),
  ])
  assert.equal(code, 0)
  const [before, after] = await Promise.all(
    [dir, path.join(dir, 'reports')].map(
      async (folder) => JSON.parse((await runLab(['class', folder, '--json'])).out).learners[0],
    ),
  )
  assert.deepEqual(after, before)
})

test('given a folder without progress, when the class is looked at, then what is missing is said', async (t) => {
  const { code, err } = await runLab(['class', await school(t, { dora: undefined })])
  assert.equal(code, 2)
  assert.match(err, /No progress in .*\n.*\.lab\/progress\.json/)
})
