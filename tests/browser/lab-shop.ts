import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test as base } from '@playwright/test'
import { startBroker } from '../../cli/broker/throwaway.ts'
import type { AuditEntry } from '../../web/hub/ports.ts'

const HOME = path.resolve(import.meta.dirname, '..', '..')

export interface LabShop {
  /** The presenter's address, with the token in it. */
  readonly url: () => string
  /** The class's. */
  readonly classUrl: () => string
  /** What the dashboard wrote down of its presenter's deeds. */
  readonly audit: () => readonly AuditEntry[]
  /** Ends `lab demo` as Ctrl-C does, and starts it again on the same state. */
  restart(): Promise<void>
  stop(): Promise<void>
}

interface Told {
  readonly type: string
  readonly url?: string
  readonly lan?: { readonly url: string } | null
}

const STOCK = ['--orders', '0', '--stock', '201=100000']
/** What is started: the four services of the course, all nine, or a learner's shop. */
const SHOPS = {
  core: ['demo', '--core', ...STOCK],
  whole: ['demo', ...STOCK],
  learner: ['run', '--workspace', path.join(HOME, 'tests', 'course', 'other-shop')],
} as const

/** The real thing with its dashboard, on a Kafka of its own: one of this test's, or the lab's, which it may then freeze and restart. */
export async function startLabShop(
  whose: 'test' | 'demo' = 'test',
  which: keyof typeof SHOPS = 'core',
): Promise<LabShop> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lab-page-'))
  const broker = whose === 'test' ? await startBroker({ dir: path.join(dir, 'kafka') }) : null
  const { KAFKA_BROKERS: _, ...outer } = process.env
  const ours = broker === null ? {} : { KAFKA_BROKERS: broker.brokers }
  const env = { ...outer, ...ours, LAB_DIR: path.join(dir, 'lab'), CI: '1' }
  let demo = await startLab(env, SHOPS[which])
  return {
    url: () => demo.told.url ?? '',
    classUrl: () => demo.told.lan?.url ?? '',
    audit: () =>
      readFileSync(path.join(env.LAB_DIR, 'logs', 'dashboard-audit.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    restart: async () => {
      await end(demo.child)
      demo = await startLab(env, SHOPS[which])
    },
    stop: async () => {
      await end(demo.child)
      await broker?.stop()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startLab(env: NodeJS.ProcessEnv, shop: readonly string[]): Promise<{ child: ChildProcess; told: Told }> {
  const args = [...shop, '--json', '--no-open', '--lan', '127.0.0.1']
  const child = spawn(process.execPath, [path.join(HOME, 'cli', 'main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000)
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as Told
    if (told.type === 'dashboard') {
      child.stdout.resume()
      return { child, told }
    }
  }
  throw new Error(`The shop did not start: ${said}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  await once(child, 'exit')
}

/** One shop for all tests of a file. */
export const shopTest = (whose: 'test' | 'demo') =>
  base.extend<object, { shop: LabShop }>({
    shop: [
      async ({ browserName: _any }, use) => {
        const shop = await startLabShop(whose)
        await use(shop)
        await shop.stop()
      },
      { scope: 'worker', timeout: 180_000 },
    ],
  })
