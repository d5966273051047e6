/** A machine whose disk runs full, and programs that leave others behind. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startBroker } from '../broker/throwaway.ts'
import { select } from './course.ts'
import { runChecks } from './session.ts'

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-rough-'))
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

/** A workspace whose every program is this one. */
async function shopOf(t: TestContext, program: string): Promise<string> {
  const workspace = await folder(t)
  await writeFile(join(workspace, 'shop.mjs'), program)
  const run = 'node shop.mjs'
  const services = { order: { run }, payment: { run }, inventory: { run }, notification: { run } }
  const commands = { topics: run, 'create-event': run, publish: run, test: run }
  await writeFile(join(workspace, 'lab.json'), JSON.stringify({ contract: 1, services, commands }))
  return workspace
}

async function verdicts(t: TestContext, workspace: string, brokers: string, words: string) {
  const options = { workspace, brokers: [brokers], seed: 7, outer: process.env, signal: t.signal }
  const { parts } = await runChecks(await select([words]), options)
  return parts.flatMap(({ checks }) => checks).map(({ id, verdict, diagnosis }) => `${id} ${diagnosis?.id ?? verdict}`)
}

/** A file system of its own, as large as a broker asks for and a little more; undefined where nobody may mount one. */
async function smallDisk(t: TestContext): Promise<string | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-rough-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=240M', 'lab-rough', dir], { stdio: 'ignore' })
  } catch {
    await rm(dir, { recursive: true, force: true })
    return undefined
  }
  t.after(async () => {
    execFileSync('umount', ['--lazy', dir])
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  return dir
}

async function fill(disk: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize))
}

test("given a disk that is full, when a producer is checked, then that is the kit's fault and not the student's", {
  timeout: 120_000,
}, async (t) => {
  const disk = await smallDisk(t)
  if (disk === undefined) return t.skip('only root may mount a small disk')
  const dir = join(disk, 'broker')
  await mkdir(dir)
  const broker = await startBroker({ dir })
  t.after(() => broker.kill9())
  await fill(disk)
  const workspace = await shopOf(t, 'console.error("no"); process.exitCode = 1')
  assert.deepEqual(await verdicts(t, workspace, broker.brokers, 'D1'), ['D1 kit.broker-died'])
})

/** Keeps the contract of part B, but for docs, and starts a program that leaves its group, holds its output open and does not hear SIGTERM. */
const FORKS = `
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
const forever = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'
spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'inherit' }).unref()
const answer = JSON.stringify({ status: 'ok', service: process.env.WHO })
const server = createServer((_, response) => response.end(answer))
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

/** Says 404 while it comes up, and takes three seconds for each answer. */
const SLUGGISH = `
import { createServer } from 'node:http'
const from = Date.now() + 1_000
const server = createServer((_, response) => {
  if (Date.now() < from) return response.writeHead(404).end('{}')
  const answer = JSON.stringify({ status: 'ok', service: process.env.WHO })
  setTimeout(() => response.end(answer), 3_000)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

test('given services that leave programs behind or answer late, when they are checked, then they have their marks and nothing is left', {
  timeout: 180_000,
}, async (t) => {
  const broker = await startBroker({ dir: await folder(t) })
  t.after(() => broker.kill9())
  for (const program of [FORKS, SLUGGISH]) {
    const workspace = await shopOf(t, program)
    const names = ['order', 'payment', 'inventory', 'notification']
    const services = Object.fromEntries(names.map((name) => [name, `env WHO=${name} node shop.mjs`]))
    await writeFile(join(workspace, 'lab.json'), JSON.stringify({ contract: 1, services, commands: {} }))
    const found = await verdicts(t, workspace, broker.brokers, 'b')
    assert.deepEqual([found[0], found[2]], ['B1 pass', 'B3 pass'])
    assert.deepEqual(await leftIn(workspace), [])
  }
})

/** Programs that were started there and live. Nothing where there is no /proc. */
async function leftIn(workspace: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const told = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')))
  return told.filter((text) => text.includes('SAGA_LAB_RUN=') && text.includes(workspace))
}
