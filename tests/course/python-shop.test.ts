/**
 * A right shop in another language: Python, threads, gzip, HTTP/1.0, numbers as order ids. With FULL=1, where Python and its Kafka client can be
 * had: the client is fetched into a folder of its own.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { proveShop } from '../../cli/author/proof-shops.ts'
import { startBroker } from '../../cli/broker/throwaway.ts'

const CLIENT = 'kafka-python==3.0.12'
const run = promisify(execFile)

/** A folder with the client, or why there is none. */
async function client(into: string): Promise<{ missing: string } | undefined> {
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', into, CLIENT], { timeout: 120_000 })
    return undefined
  } catch (error) {
    return { missing: `no python3 with ${CLIENT}: ${(error as Error).message.slice(0, 200)}` }
  }
}

const folder = async (t: TestContext) => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-python-'))
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

test('given a right shop in Python, when all parts are checked, then no mark is lost', async (t) => {
  if (process.env.FULL !== '1') return t.skip('takes three minutes: FULL=1 runs it')
  const packages = await folder(t)
  const trouble = await client(packages)
  if (trouble !== undefined) return t.skip(trouble.missing)
  const broker = await startBroker({ dir: await folder(t) })
  t.after(() => broker.kill9())
  const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' }
  const options = { brokers: [broker.brokers], seed: 1, signal: t.signal, env }
  assert.deepEqual((await proveShop('tests/course/python-shop', options)).problems, [])
})
