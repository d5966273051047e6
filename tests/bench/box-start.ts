import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { layParts, partsUpTo } from '../../cli/author/lay.ts'
import { type Launcher, launchDirectly } from '../../cli/check/launch.ts'
import { bestTier, openSandbox } from '../../cli/grade/sandbox/sandbox.ts'

const RUNS = 15
const PORT = 5000

/** Milliseconds that a sandbox adds to the start of a program, and from the start of a service in it to its first answer with a nonce of ours: medians. */
export async function boxStart(): Promise<{ tier: string; startMs: number; probeMs: number }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-box-start-'))
  const closed = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', () => resolve()))
  const address = closed.address()
  const brokers = [`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`]
  const submission = path.join(dir, 'shop')
  await layParts(partsUpTo('b'), submission, 'solution')
  await rm(path.join(submission, 'node_modules'), { force: true })
  const tier = await bestTier()
  const box = await openSandbox({ tier, submission, work: path.join(dir, 'box'), brokers })
  try {
    const inside = await medianOf(() => timeToEnd(box.launcher, submission))
    const outside = await medianOf(() => timeToEnd(launchDirectly, submission))
    return {
      tier: tier.tier,
      startMs: inside - outside,
      probeMs: await medianOf(() => timeToAnswer(box.launcher, submission)),
    }
  } finally {
    await box.close()
    closed.close()
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < RUNS; i++) all.push(await measure())
  return Math.round(all.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0)
}

const launchOf = (launcher: Launcher, words: readonly string[], cwd: string) =>
  launcher.launch({
    ...{ name: 'bench', words, cwd, mark: `bench-${randomUUID()}`, stdin: false, calls: [], reads: [] },
    env: { PATH: process.env.PATH ?? '', PORT: String(PORT), KAFKA_BROKERS: '127.0.0.1:9' },
  })

async function timeToEnd(launcher: Launcher, cwd: string): Promise<number> {
  const began = performance.now()
  const launched = await launchOf(launcher, ['node', '-e', ''], cwd)
  launched.stdout.resume()
  launched.stderr.resume()
  await launched.ended
  return performance.now() - began
}

async function timeToAnswer(launcher: Launcher, cwd: string): Promise<number> {
  const began = performance.now()
  const launched = await launchOf(launcher, ['node', 'order/main.ts'], cwd)
  launched.stdout.resume()
  launched.stderr.resume()
  try {
    while (performance.now() - began < 20_000) {
      const stream = await launched.dial?.(PORT).catch(() => undefined)
      if (stream !== undefined && (await answers(stream))) return performance.now() - began
      await delay(5)
    }
    throw new Error('the service in the sandbox did not answer')
  } finally {
    launched.kill()
    await launched.ended
  }
}

function answers(stream: Duplex): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ path: `/health?nonce=${randomUUID()}`, createConnection: () => stream }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
    asked.end()
  })
}
