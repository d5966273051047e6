import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Child, endAll } from './child.ts'
import { cleanEnvironment } from './environment.ts'
import { Reaper } from './reaper.ts'
import { Recorder } from './recorder.ts'
import { groupAlive } from './tree.ts'
import { Watchdog } from './watchdog.ts'

async function start(t: TestContext, code: string, stdin?: string) {
  const cwd = await mkdtemp(join(tmpdir(), 'shop mit Umlaut ü '))
  const recorder = new Recorder('test', 1, 'localhost:9092')
  const mark = `${process.pid}-${Math.random()}`
  const env = cleanEnvironment(process.env, mark, { KAFKA_BROKERS: 'localhost:9092' })
  const options = {
    name: 'payment',
    words: ['node', '-e', code],
    cwd,
    env,
    mark,
    ...(stdin === undefined ? {} : { stdin }),
  }
  const child = await Child.start(options, recorder)
  t.after(async () => {
    child.kill('the test is over')
    await child.gone
    await rm(cwd, { recursive: true, force: true })
  })
  return { child, recorder, cwd, mark }
}

async function until(holds: () => boolean | Promise<boolean>, ms = 8_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    assert.ok(performance.now() < end, 'what the test waited for did not come')
    await pause(20)
  }
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('given a program that reads its input, when it ends, then lines, exit code and the end of input are in the history', async (t) => {
  const { child } = await start(
    t,
    'process.stdin.pipe(process.stdout); process.stdin.on("end", () => { process.exitCode = 3 })',
    'a\nb',
  )
  await child.gone
  assert.deepEqual(
    child.story.lines.map(({ text }) => text),
    ['a', 'b'],
  )
  assert.equal(child.story.exit?.code, 3)
})

test('given an environment of ours, when a program starts, then it sees only what the contract gives', async (t) => {
  process.env.LAB_SECRET = 'canary'
  const { child } = await start(t, 'console.log(JSON.stringify(process.env), process.version)')
  await child.gone
  const text = child.story.lines[0]?.text ?? ''
  assert.ok(!text.includes('canary'))
  assert.ok(text.includes('KAFKA_BROKERS'))
  assert.ok(text.includes(process.version), 'node is the node of the kit')
})

test('given a child that left the group, when the tree is ended, then nothing of it is left', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const code = `
    const { spawn } = require('node:child_process')
    const same = spawn('sleep', ['60'])
    const own = spawn('sleep', ['61'], { detached: true, stdio: 'ignore' })
    console.log(same.pid + ' ' + own.pid)`
  const { child } = await start(t, code)
  await until(() => child.story.lines.length > 0)
  const pids = (child.story.lines[0]?.text ?? '').split(' ').map(Number)
  await endAll([child])
  await until(() => pids.every((pid) => !alive(pid)))
  assert.ok(!groupAlive(child.pid))
})

test('given a program that ignores SIGTERM, when all is ended, then it is killed within four seconds', async (t) => {
  const { child } = await start(t, 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")')
  await until(() => child.story.lines.length > 0)
  const began = performance.now()
  await endAll([child])
  assert.ok(performance.now() - began < 4_000)
  assert.equal(child.story.exit?.signal, 'SIGKILL')
})

test('given a program that floods its output, when it has printed 256 MB, then it is ended and little is kept', {
  timeout: 60_000,
}, async (t) => {
  const { child } = await start(
    t,
    'const s = "x".repeat(99) + "\\n"; const w = () => { while (process.stdout.write(s.repeat(1000))); process.stdout.once("drain", w) }; w()',
  )
  await child.gone
  assert.equal(child.story.ended, 'flood')
  assert.ok(child.story.lines.length < 12_000)
  assert.ok(child.story.cutBytes > 100_000_000)
})

test('given a program that eats memory, when it is beyond 1 GB, then it is ended', {
  skip: process.platform !== 'linux',
  timeout: 60_000,
}, async (t) => {
  const { child } = await start(t, 'const all = []; setInterval(() => all.push(Buffer.alloc(120e6, 1)), 60)')
  const watchdog = new Watchdog()
  watchdog.watch(child)
  t.after(() => watchdog.forget(child))
  const held = setInterval(() => {}, 100)
  await child.gone
  clearInterval(held)
  assert.equal(child.story.ended, 'memory')
})

test('given a checker that is gone, when its pipe closes, then the reaper ends what it had registered', async (t) => {
  const { child, mark } = await start(t, 'setInterval(() => {}, 1000)')
  const reaper = new Reaper(mark)
  reaper.watch(child.pid)
  await reaper.close()
  await child.gone
  assert.equal(child.story.exit?.signal, 'SIGKILL')
})

test('given a group that was forgotten, when the reaper closes, then it is left alone', async (t) => {
  const { child } = await start(t, 'setInterval(() => {}, 1000)')
  const reaper = new Reaper('another-run')
  reaper.watch(child.pid)
  reaper.forget(child.pid)
  await reaper.close()
  assert.ok(child.running)
})
