import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { jvmOf, makeClassArchive } from './class-archive.ts'
import { findJars } from './jars.ts'
import { findJava } from './java.ts'
import { startBroker } from './throwaway.ts'

/** Does the running JVM have the file in its memory? Where the system does not tell, it is taken for true. */
const maps = (pid: number, file: string): boolean =>
  process.platform !== 'linux' || readFileSync(`/proc/${pid}/maps`, 'utf8').includes(file)

test('given no archive, when one is made, then brokers load from it; and from one that is cut short they start as without', {
  timeout: 240_000,
}, async (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lab-classes-'))
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  const { java } = await findJava(process.env)
  const jars = findJars(process.env)
  assert.ok(java && jars, 'the broker of this test run has fetched them')
  const env = { ...process.env, XDG_CACHE_HOME: path.join(dir, 'cache') }
  assert.deepEqual(jvmOf(java, jars, env).options, [])

  let starts = 0
  const startOnce = async (at: string, jvm: ReturnType<typeof jvmOf>): Promise<void> => {
    starts++
    await (await startBroker({ dir: at, jvm, stopMs: 60_000 })).stop()
  }
  await makeClassArchive(java, jars, env, startOnce)
  await makeClassArchive(java, jars, env, startOnce)
  assert.equal(starts, 1, 'what is there is not made again')
  const [archive = ''] = readdirSync(path.join(env.XDG_CACHE_HOME, 'saga-lab'))
  assert.match(archive, /^broker-classes-\w+-\d+\.jsa$/)

  const quick = await startBroker({ dir: path.join(dir, 'quick'), jvm: jvmOf(java, jars, env) })
  const isMapped = maps(quick.pid(), archive)
  // Before its file is cut: it has that in its memory.
  await quick.kill9()
  assert.ok(isMapped)

  truncateSync(path.join(env.XDG_CACHE_HOME, 'saga-lab', archive), 1_000)
  const slow = await startBroker({ dir: path.join(dir, 'slow'), jvm: jvmOf(java, jars, env) })
  t.after(() => slow.kill9())
  assert.ok(process.platform !== 'linux' || !maps(slow.pid(), archive))
})

test('given a broker that does not start, when an archive is to be made, then nothing is left and nothing fails', async (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lab-classes-'))
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  const java = { program: 'java', major: 17, version: 'test' }
  const env = { XDG_CACHE_HOME: path.join(dir, 'cache') }
  await makeClassArchive(java, dir, env, async () => {
    throw new Error('no memory')
  })
  assert.deepEqual(readdirSync(path.join(env.XDG_CACHE_HOME, 'saga-lab')), [])
})
