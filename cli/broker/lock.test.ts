import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { withLock } from './lock.ts'
import { endProcess, isAlive, processRef } from './process.ts'

const never = new AbortController().signal

function lockFile(t: TestContext): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lock-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return path.join(dir, 'lock')
}

test('given twenty that want the lock, when each works, then never two at once, and the file is gone', async (t) => {
  const file = lockFile(t)
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  }
  await Promise.all(Array.from({ length: 20 }, () => withLock(file, { onWait: () => undefined, signal: never }, work)))
  assert.equal(most, 1)
  assert.equal(existsSync(file), false)
})

test('given a lock left by a dead process, by a recycled pid, or written by half, when it is wanted, then it is taken over', async (t) => {
  const file = lockFile(t)
  for (const left of [
    '{"pid":4194303,"started":"1@x","token":"a"}',
    `{"pid":${process.pid},"started":"1@x","token":"b"}`,
    '{"pi',
  ]) {
    writeFileSync(file, left)
    assert.equal(
      await withLock(file, { onWait: () => assert.fail('waited'), signal: never }, async () => 'done'),
      'done',
    )
  }
})

test('given a lock that is held, when the wait is aborted, then it rejects and leaves the lock alone', async (t) => {
  const file = lockFile(t)
  const stop = new AbortController()
  await withLock(file, { onWait: () => undefined, signal: never }, async () => {
    const waiting = withLock(file, { onWait: () => stop.abort(), signal: stop.signal }, async () =>
      assert.fail('got in'),
    )
    await assert.rejects(waiting, { name: 'AbortError' })
    assert.ok(existsSync(file))
  })
})

test('given work that throws, when it ends, then the lock is free again', async (t) => {
  const file = lockFile(t)
  const failing = withLock(file, { onWait: () => undefined, signal: never }, async () => {
    throw new Error('no')
  })
  await assert.rejects(failing, /no/)
  assert.equal(existsSync(file), false)
})

test('given a process, when it lives, ends or its pid is another one, then we know', async () => {
  const child = spawn('sleep', ['60'])
  const ref = await processRef(child.pid!)
  assert.ok(ref && (await isAlive(ref)))
  assert.equal(await isAlive({ ...ref, started: `${ref.started}0` }), false)
  child.kill('SIGSTOP')
  const ended = once(child, 'exit')
  assert.equal(await endProcess(ref, 5_000), 'ended')
  await ended
  assert.equal(await isAlive(ref), false)
})

test('given a process that ignores SIGTERM, when it is ended, then SIGKILL follows', async () => {
  const child = spawn('sh', ['-c', "trap '' TERM; echo on; while :; do sleep 0.05; done"])
  await once(child.stdout, 'data')
  const ref = await processRef(child.pid!)
  assert.equal(await endProcess(ref!, 200), 'killed')
})
