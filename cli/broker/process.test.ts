import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freeze, processRef, thaw } from './process.ts'

const THREADS = 2 * os.availableParallelism() + 2
/** Threads that take turns on too few cores, each of which notes the time again and again. */
const BUSY = `
  const { Worker } = require('node:worker_threads')
  const work = "const { appendFileSync } = require('node:fs'); for (;;) { for (let i = 0; i < 1e5; i++); appendFileSync('times', Date.now() + ' ') }"
  for (let i = 0; i < ${THREADS}; i++) new Worker(work, { eval: true })
`

it('given a process with more busy threads than there are cores, when it is frozen, then none of them does anything until it is thawed', async (t) => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'lab-freeze-'))
  const child = spawn(process.execPath, ['-e', BUSY], { stdio: ['ignore', 'ignore', 'inherit'], cwd })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(cwd, { recursive: true })
  })
  const times = () => {
    try {
      return readFileSync(path.join(cwd, 'times'), 'utf8').trim().split(' ').map(Number)
    } catch {
      return []
    }
  }
  const untilActiveAfter = async (time: number) => {
    while (!((times().at(-1) ?? 0) > time)) await delay(5, undefined, { signal: t.signal })
  }
  await untilActiveAfter(0)
  const ref = (await processRef(child.pid!))!
  for (let i = 0; i < 5; i++) {
    await freeze(ref)
    const frozenAt = Date.now()
    // The measure itself is a span of time: the longest that a thread was seen to go on in was 27 ms.
    await delay(50)
    const thawedAt = Date.now()
    await thaw(ref)
    await untilActiveAfter(thawedAt)
    assert.deepEqual(
      times().filter((time) => time > frozenAt && time < thawedAt),
      [],
      'it went on',
    )
  }
})

it('given a process that is gone, when it is frozen, then that is no error', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  const ref = (await processRef(child.pid!))!
  await once(child, 'exit')
  await freeze(ref)
})
