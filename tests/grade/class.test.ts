/**
 * A class of right, wrong, half done and hostile hand-ins is graded, and each gets the marks that it has earned. Some of them, others with each
 * seed, on the quick parts; all of them on all parts with FULL=1 (GRADE_PARTS names others). The seed is printed; GRADE_SEED plays it again.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { select } from '../../cli/check/course.ts'
import { Random } from '../../cli/check/random.ts'
import type { Result } from '../../cli/grade/result.ts'
import { bestTier } from '../../cli/grade/sandbox/sandbox.ts'
import { HAND_INS, type HandIn } from './hand-ins.ts'

const MAIN = path.resolve(import.meta.dirname, '../../cli/main.ts')
const full = process.env.FULL === '1'
const seed = Number(process.env.GRADE_SEED ?? randomInt(2 ** 31))
const parts = process.env.GRADE_PARTS ?? (full ? 'all' : 'a,c')
const limit = full ? 3 * 3_600_000 : 600_000
const { tier } = await bestTier()
const isolated = tier !== 'T0'
const canary = `canary-${randomUUID()}`
const mark = `mark-${randomUUID()}`

let dir: string
let hand: string
let out: string
let server: Server
let calls = 0
let chosen: readonly HandIn[]

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
const lab = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const { KAFKA_BROKERS: _, ...outer } = process.env
    const options = { env: { ...outer, NO_COLOR: '1', LAB_CANARY: canary }, timeout: limit, maxBuffer: 2 ** 26 }
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, err) =>
      resolve({ code: error ? Number(error.code ?? 255) : 0, out: stdout, err }),
    )
  })
const grade = (...more: string[]): Promise<Ended> =>
  lab(
    'grade',
    hand,
    '--out',
    out,
    '--seed',
    '7',
    '--json',
    ...(isolated ? [] : ['--i-trust-these-submissions']),
    ...more,
  )

/** Never hostile ones without a sandbox. Always one right, one hostile and one refused among them. */
function choose(): readonly HandIn[] {
  const usable = HAND_INS.filter(({ hostile }) => isolated || hostile !== true)
  if (full) return usable
  const quick = usable.filter(({ slow }) => slow !== true)
  const always = ['right', 'slip', isolated ? 'forger' : 'half done']
  const others = new Random(seed).shuffled(quick.filter(({ name }) => !always.includes(name)))
  return quick.filter((one) => always.includes(one.name) || others.slice(0, 3).includes(one))
}

before(async () => {
  console.log(`GRADE_SEED=${seed}, sandbox ${tier}`)
  dir = await mkdtemp(path.join(os.tmpdir(), 'lab-class-'))
  hand = path.join(dir, 'hand-ins')
  out = path.join(dir, 'grades')
  await mkdir(hand)
  server = createServer((socket) => {
    calls++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  chosen = choose()
  for (const one of chosen) await one.build({ dir: hand, canary, mark, port: (server.address() as AddressInfo).port })
})
after(async () => {
  server?.close()
  await rm(dir, { recursive: true, force: true, maxRetries: 3 })
})

const results = async (): Promise<Map<string, Result>> => {
  const { students } = JSON.parse(await readFile(path.join(out, 'grade.json'), 'utf8')) as { students: string[] }
  const all = await Promise.all(
    students.map(async (key) => JSON.parse(await readFile(path.join(out, key, 'result.json'), 'utf8')) as Result),
  )
  return new Map(all.map((one) => [one.student.name, one]))
}
const marksOf = async (file = 'grades.json') =>
  (
    JSON.parse(await readFile(path.join(out, file), 'utf8')) as {
      students: { student: { key: string }; score: { marks: number } }[]
    }
  ).students.map(({ student, score }) => [student.key, score.marks])

test('given a class, when it is graded, then each hand-in has the marks that it earned and the report names what it did', {
  timeout: limit,
}, async (t) => {
  const ended = await grade('--parts', parts)
  t.diagnostic(ended.err.split('\n').slice(-12).join(' · '))
  assert.ok([0, 1].includes(ended.code), ended.err)
  const told = JSON.parse(ended.out)
  assert.equal(told.students.length, chosen.length)
  const asked = (await select([parts])).flatMap(({ checks }) => checks)
  const found = await results()
  for (const { name, fails, status = 'graded', finding } of chosen) {
    await t.test(name, () => {
      const result = found.get(name)
      assert.ok(result, name)
      const checks = result.report.parts.flatMap((part) => part.checks)
      const wrong = checks.filter(({ id, verdict }) =>
        fails === 'all' || fails.includes(id) ? verdict === 'pass' : verdict !== 'pass',
      )
      assert.deepEqual(
        wrong.map(({ id, verdict, diagnosis }) => `${id} ${verdict} ${diagnosis?.id}: ${diagnosis?.saw}`),
        [],
      )
      assert.equal(result.status, status)
      const earned =
        fails === 'all' ? 0 : asked.filter(({ id }) => !fails.includes(id)).reduce((sum, { marks }) => sum + marks, 0)
      assert.equal(result.report.marks, earned)
      assert.equal(result.tier, tier)
      if (finding !== undefined)
        assert.ok(
          result.findings.some(({ id }) => id === finding),
          JSON.stringify(result.findings),
        )
    })
  }
})

test('given hostile hand-ins, when all is over, then nothing was read, called, written or left behind', async () => {
  assert.equal(calls, 0)
  for (const one of chosen.filter(({ hostile }) => hostile)) {
    const folder = path.join(out, (await results()).get(one.name)?.student.key ?? '')
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const text = await readFile(path.join(file.parentPath, file.name), 'utf8')
      assert.ok(!text.includes(canary), `${one.name}: ${file.name} holds what it may not read`)
      assert.ok(!/root:[!*$]/.test(text), `${one.name}: ${file.name} holds /etc/shadow`)
    }
  }
  assert.equal(existsSync(path.join(dir, 'escaped.txt')), false)
  assert.equal(existsSync(path.join(out, '.work')), false)
  assert.deepEqual(await survivors(), [])
})

/** Processes that still have this run's mark in their environment or on their command line. Those of the kernel cannot be read. */
async function survivors(): Promise<string[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((id) => /^\d+$/.test(id) && Number(id) !== process.pid)
  const text = (file: string) => readFile(file, 'utf8').catch(() => '')
  const looked = ids.map(async (id) => {
    const command = await text(`/proc/${id}/cmdline`)
    const ours = command.includes(mark) || (await text(`/proc/${id}/environ`)).includes(`LAB_CANARY=${canary}`)
    return ours ? [command] : []
  })
  return (await Promise.all(looked)).flat()
}

test('given a class that is graded, when it is resumed, then nothing runs again and the marks are the same', {
  timeout: limit,
}, async () => {
  const before = await marksOf()
  const { err } = await grade('--resume')
  assert.equal(err.match(/from before/g)?.length, chosen.length, err)
  assert.deepEqual(await marksOf(), before)
  await assert.rejects(readFile(path.join(out, 'similar.html')), /ENOENT/)
  const again = await grade()
  assert.equal(again.code, 2)
  assert.match(again.err, /holds a grading already[\s\S]*--resume/)
})

test('given stored histories, when they are judged again, then every verdict is as it was; a changed rubric and a person change the marks', {
  timeout: limit,
}, async () => {
  const before = await marksOf()
  const same = JSON.parse((await lab('regrade', out, '--json')).out)
  assert.equal(same.changed, 0, JSON.stringify(same))
  const key = (await results()).get('right')?.student.key ?? ''
  const rubric = path.join(dir, 'mine.yml')
  const source = await readFile(path.resolve(import.meta.dirname, '../../rubric/rubric.yml'), 'utf8')
  await writeFile(rubric, source.replace('A1: 2, A2: 4', 'A1: 4, A2: 2'))
  const manual = `students:\n  ${key}:\n    adjust: { marks: -3, why: late }\n`
  await writeFile(path.join(out, 'manual.yml'), manual)
  const changed = JSON.parse((await lab('regrade', out, '--rubric', rubric, '--json')).out)
  const right = changed.students.find((one: { key: string }) => one.key === key)
  assert.equal(right.after, (before.find(([one]) => one === key)?.[1] as number) - 3)
  assert.equal(await readFile(path.join(out, 'manual.yml'), 'utf8'), manual)
  assert.match(await readFile(path.join(out, key, 'report.html'), 'utf8'), /late/)
})

test("given a graded student, when the viva is asked for, then it asks about that student's own run", {
  timeout: limit,
}, async () => {
  const { code, out: said, err } = await lab('viva', 'right', '--grades', out, '--json')
  assert.equal(code, 0, err)
  const { own, sheet } = JSON.parse(said)
  assert.equal(sheet.length, 6)
  if (parts === 'all') assert.ok(own.length >= 5, JSON.stringify(own))
  const page = path.join(dir, 'viva.html')
  assert.equal((await lab('viva', 'right', '--grades', out, '--out', page)).code, 0)
  assert.match(await readFile(page, 'utf8'), /The six questions of the course/)
  assert.equal((await lab('viva', 'nobody', '--grades', out)).code, 2)
})
