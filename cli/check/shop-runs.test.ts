import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { layParts, PARTS } from '../author/lay.ts'
import { startBroker, type ThrowawayBroker } from '../broker/throwaway.ts'
import { rejudge } from '../grade/rejudge.ts'
import { select } from './course.ts'
import { Random } from './random.ts'
import { exitCodeOf, type Report } from './report.ts'
import { runChecks } from './session.ts'

/** Real programs on a broker of its own: a check deletes the core topics, so it may not share one with other tests. */
let broker: ThrowawayBroker
let folder: string
let brokerFolder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prüfung mit leer '))
  brokerFolder = await mkdtemp(join(tmpdir(), 'lab-broker-'))
  broker = await startBroker({ dir: brokerFolder })
})
after(async () => {
  await broker?.stop()
  for (const each of [folder, brokerFolder]) await rm(each, { recursive: true, force: true })
})

async function run(
  workspace: string,
  words: string,
  more: { evidence?: string; onVerdict?: () => void; signal?: AbortSignal } = {},
): Promise<Report> {
  const { signal = new AbortController().signal, ...rest } = more
  const options = { workspace, brokers: [broker.brokers], seed: 7, outer: process.env, signal, ...rest }
  return await runChecks(await select([words]), options)
}

const verdicts = (report: Report) =>
  Object.fromEntries(
    report.parts.flatMap(({ checks }) =>
      checks.map((one) => [one.id, one.diagnosis === undefined ? one.verdict : one.diagnosis.id]),
    ),
  )

/** A workspace whose services are all this program. */
async function shopOf(program: string, lab?: object): Promise<string> {
  const workspace = await mkdtemp(join(folder, 'böse '))
  await writeFile(join(workspace, 'shop.mjs'), program)
  const run = { run: 'node shop.mjs' }
  const services = { order: run, payment: run, inventory: run, notification: run }
  const commands = {
    topics: 'node shop.mjs',
    'create-event': 'node shop.mjs',
    publish: 'node shop.mjs',
    test: 'node shop.mjs',
  }
  await writeFile(join(workspace, 'lab.json'), JSON.stringify({ contract: 1, services, commands, ...lab }))
  return workspace
}

async function leftOver(workspace: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const folders = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')))
  return folders.filter((text) => text.includes('SAGA_LAB_RUN=') && text.includes(workspace))
}

test('given the shop of the answer key, when parts A to H are checked, then it gets 90 marks, and again from the stored histories', {
  timeout: 240_000,
}, async () => {
  const workspace = join(folder, 'my shop ü')
  const evidence = join(folder, 'evidence')
  await layParts(PARTS, workspace, 'solution')
  const report = await run(workspace, 'a,b,c,d,e,f,g,h', { evidence })
  assert.deepEqual(
    Object.entries(verdicts(report)).filter(([, verdict]) => verdict !== 'pass'),
    [],
  )
  assert.equal(report.marks, 90)
  assert.equal(exitCodeOf(report), 0)
  const again = await rejudge(report, await select(['a,b,c,d,e,f,g,h']), evidence)
  assert.deepEqual(verdicts(again), verdicts(report))
  assert.equal(again.marks, 90)
  const lost = await rejudge(report, await select(['a,b,c,d,e,f,g,h']), join(folder, 'no such folder'))
  assert.equal(lost.marks, 90, 'what has no history stays as it was')
})

const badShops: [what: string, program: string, checks: string, expected: Record<string, string>][] = [
  ['ends at once', 'console.error("Error: no such thing"); process.exit(7)', 'B1', { B1: 'service.exited' }],
  [
    'always fails',
    'console.error("Error: no such thing"); process.exit(7)',
    'D1,D4',
    { D1: 'producer.command-failed', D4: 'check.skipped' },
  ],
  ['never listens', 'setInterval(() => {}, 1000)', 'B1', { B1: 'service.never-listens' }],
  [
    'listens and never answers',
    'import("node:http").then((h) => h.createServer(() => {}).listen(process.env.PORT))',
    'E1',
    { E1: 'order.not-answering' },
  ],
  [
    'floods its output',
    'const s = "x\\n".repeat(50000); const w = () => process.stdout.write(s, w); w()',
    'C1',
    { C1: 'process.too-much-output' },
  ],
  [
    'ignores its input and never ends',
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)',
    'D4',
    { D4: 'producer.no-broker-hangs' },
  ],
  [
    'writes control characters and nothing else',
    'process.stdout.write("\\u001b[2J\\u001b]0;x\\u0007\\r\\0\\n")',
    'C1',
    { C1: 'event.command-failed' },
  ],
  [
    'answers with huge JSON',
    'const h = await import("node:http"); h.createServer((q, r) => r.end(JSON.stringify({ a: "x".repeat(3e7) }))).listen(process.env.PORT)',
    'E1',
    { E1: 'order.id-missing' },
  ],
]
/** Each of these lets a deadline pass, some twice: one of them a run, another with another seed; all with FULL=1. */
const slow = ['listens and never answers', 'floods its output', 'ignores its input and never ends']
const [chosen] = new Random(Number(process.env.TEST_SEED ?? 0)).shuffled(slow)
const tried = badShops.filter(([what]) => process.env.FULL === '1' || what === chosen || !slow.includes(what))

for (const [what, program, checks, expected] of tried) {
  test(`given a shop that ${what}, when checked, then it is named and nothing is left`, {
    timeout: 150_000,
  }, async () => {
    const workspace = await shopOf(program)
    assert.deepEqual(verdicts(await run(workspace, checks)), expected)
    assert.deepEqual(await leftOver(workspace), [])
  })
}

test('given a lab.json with parts missing, when checked, then those checks say that the part is not written yet', async () => {
  const workspace = await shopOf('', { services: {}, commands: {} })
  const all = verdicts(await run(workspace, 'B1,C1,D1,E1,F1,G2,H3,I1'))
  for (const [id, verdict] of Object.entries(all)) assert.equal(verdict, 'workspace.not-written', id)
})

test('given a build that fails, when checked, then its last words are shown', async () => {
  const workspace = await shopOf('console.error("cannot find symbol"); process.exit(1)', { build: 'node shop.mjs' })
  const report = await run(workspace, 'C1')
  assert.match(report.parts[0]?.checks[0]?.diagnosis?.saw ?? '', /ended with 1\ncannot find symbol/)
})

test('given a program that is not there, when checked, then its name is said', async () => {
  const workspace = await shopOf('', { commands: { 'create-event': 'no-such-program --x' } })
  assert.deepEqual(verdicts(await run(workspace, 'C1')), { C1: 'process.cannot-start' })
})

test('given an interrupt, when a check runs, then it ends at once and leaves nothing', async () => {
  const workspace = await shopOf('setInterval(() => {}, 1000)')
  const interrupt = new AbortController()
  setTimeout(() => interrupt.abort(), 1_500)
  const began = performance.now()
  await assert.rejects(run(workspace, 'F1', { signal: interrupt.signal }), /interrupted/)
  assert.ok(performance.now() - began < 20_000)
  assert.deepEqual(await leftOver(workspace), [])
})

test("given a broker that is killed in the middle, when checked, then the checks are the kit's fault, not the student's", {
  timeout: 120_000,
}, async () => {
  const workspace = join(folder, 'my shop ü')
  const killed = setTimeout(() => void broker.kill9(), 2_500)
  const report = await run(workspace, 'F,G1')
  clearTimeout(killed)
  const got = Object.values(verdicts(report))
  assert.ok(got.includes('kit.broker-died'), got.join(' '))
  assert.ok(
    got.every((verdict) => verdict === 'pass' || verdict.startsWith('kit.')),
    got.join(' '),
  )
  assert.equal(exitCodeOf(report), 3)
})
