import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmod, glob, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { prepareManyBrokers, startBroker } from '../cli/broker/throwaway.ts'
import { Random } from '../cli/check/random.ts'
import { type Context, type ExitCode, wrongUsage } from '../cli/command.ts'
import { install } from '../cli/doctor/fix.ts'
import { hasBubblewrap } from '../cli/grade/sandbox/trial.ts'
import { whileWaiting } from '../cli/terminal/progress.ts'
import { browserTestFiles, runBrowserTests } from './browser-step.ts'
import { clearAway } from './clear-away.ts'

/** A starter is a task and fails by design; solutions are run as processes by the tests of the course. */
const NOT_OURS = /(^|\/)(node_modules|starter|solution|mistakes|answer-key|\.lab)(\/|$)/
/** Longest for one test, and for one file: a test that hangs ends the run with its name, not with silence. */
const TIMEOUT_MS = 300_000
const PATIENCE_MS = 5_000

/** Whole systems that are tried for long; what they prove is looked at in shorter ways, too. Seconds on two cores beside other tests, rounded up. */
export const LONG: Readonly<Record<string, number>> = {
  'cli/broker/class-archive.test.ts': 60,
  'cli/check/rough-weather.test.ts': 40,
  'tests/browser/address.spec.ts': 40,
  'tests/browser/fits.spec.ts': 40,
  'tests/browser/lessons.spec.ts': 90,
  'tests/browser/looks.spec.ts': 140,
  'tests/browser/shops.spec.ts': 60,
  'tests/browser/toggles.spec.ts': 140,
  'tests/course/crash-walk.test.ts': 20,
  'tests/course/handouts.test.ts': 140,
  'tests/course/right-shops.test.ts': 130,
  'tests/course/slow-shop.test.ts': 100,
  'tests/course/walkthrough.test.ts': 80,
  'tests/grade/class.test.ts': 100,
  'tests/grade/hostile/engine.test.ts': 60,
  'tests/shop/analytics.test.ts': 40,
  'tests/shop/faults-postgres.test.ts': 60,
  'tests/shop/hub/hub.test.ts': 60,
  'tests/shop/identity/identity.test.ts': 60,
  'tests/shop/notification/crashes.test.ts': 40,
  'tests/shop/shipping/backlog.test.ts': 40,
  'tests/shop/shipping/shipping.test.ts': 60,
  'tests/shop/toggles/demo.test.ts': 110,
  'tests/shop/toggles/kafka.test.ts': 70,
  'tests/shop/toggles/safety-off.test.ts': 60,
  'tests/shop/toggles/services.test.ts': 100,
  'tests/shop/toggles/student.test.ts': 40,
  'tests/shop/toggles/whole.test.ts': 60,
  'tests/shop/whole/demo.test.ts': 60,
  'tests/shop/whole/gateway-attacks.test.ts': 40,
  'tests/shop/whole/gateway-faults.test.ts': 30,
  'tests/shop/whole/orchestration.test.ts': 40,
  'tests/shop/whole/storm.test.ts': 60,
}
/** Of the long ones, in one run: so that all of it ends within twelve minutes. */
export const LONG_SECONDS = 200

/** All that are short, and as many of the long ones as there is time for: others with another seed. */
export function rotated(files: readonly string[], seed: number): string[] {
  let left = LONG_SECONDS
  const chosen = new Random(seed).shuffled(Object.keys(LONG)).filter((file) => {
    const seconds = LONG[file] ?? 0
    if (seconds > left) return false
    left -= seconds
    return true
  })
  return files.filter((file) => !(file in LONG) || chosen.includes(file))
}

/** Test files, those whose path holds `pattern` if one is given, relative to `home` and sorted. */
export async function testFiles(home: string, pattern = ''): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob('{bin,kit,services,cli,labs,tests,web}/**/*.test.ts', {
    cwd: home,
    exclude: (at) => NOT_OURS.test(at),
  })) {
    if (!NOT_OURS.test(file) && file.includes(pattern)) files.push(file)
  }
  return files.sort()
}

/**
 * Runs the tests against one throwaway broker of their own, in a folder that is gone afterwards. The runner's summary is the
 * last thing printed.
 */
export async function runTests(ctx: Context, pattern: string): Promise<ExitCode> {
  const seed = Number(ctx.env.TEST_SEED ?? randomInt(2 ** 31))
  const choose = pattern === '' && ctx.env.FULL !== '1' ? chooseBy(ctx, seed) : (all: string[]) => all
  const files = choose(await testFiles(ctx.home, pattern))
  const pages = choose(await browserTestFiles(ctx.home, pattern))
  if (files.length + pages.length === 0)
    throw wrongUsage(`No test file's path holds '${pattern}'.`, "Give a part of it: 'lab dev test kit/store'.")
  if (pattern === '') await ensureSandbox(ctx)
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'))
  try {
    // Tests may start programs under another user, who has to get through to their folders.
    await chmod(dir, 0o711)
    if (pattern === '')
      await whileWaiting(ctx, 'Preparing quick starts of brokers', prepareManyBrokers(ctx.env, ctx.signal))
    const starting = startBroker({ dir: path.join(dir, 'kafka'), signal: ctx.signal, env: ctx.env })
    const broker = await whileWaiting(ctx, 'Starting a broker for the tests', starting)
    try {
      const env = { ...environment(ctx, dir, broker.brokers), TEST_SEED: String(seed) }
      // Side by side: a page waits much. Its runner's report comes as one piece, and the other's summary is the last thing said.
      const nothing = Promise.resolve<ExitCode>(0)
      const workers = files.length === 0 ? 2 : 1
      const browser = pages.length === 0 ? nothing : runBrowserTests(ctx, pages, env, workers)
      const others = files.length === 0 ? nothing : nodeTest(ctx, files, env, browser)
      await Promise.allSettled([browser, others])
      const [shown, rest] = [await browser, await others]
      return rest === 0 ? shown : rest
    } finally {
      await broker.kill9()
    }
  } finally {
    await clearAway(dir)
  }
}

/** What the tests of grading need. Where it cannot be installed, those that need it are skipped, and say so. */
async function ensureSandbox(ctx: Context): Promise<void> {
  if (await hasBubblewrap()) return
  try {
    await install(ctx, ['bubblewrap'])
  } catch (error) {
    ctx.signal.throwIfAborted()
    ctx.err.line(`Without bubblewrap: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function chooseBy({ out }: Context, seed: number): (files: string[]) => string[] {
  const total = Object.values(LONG).reduce((sum, seconds) => sum + seconds, 0)
  out.line(`TEST_SEED=${seed} chose some of the long test files, ${LONG_SECONDS} s of ${total} s; FULL=1 takes all.`)
  return (files) => rotated(files, seed)
}

function environment(ctx: Context, dir: string, brokers: string): NodeJS.ProcessEnv {
  const bin = path.join(ctx.home, 'node_modules', '.bin')
  return {
    ...ctx.env,
    KAFKA_BROKERS: brokers,
    TMPDIR: dir,
    LAB_DIR: path.join(dir, 'lab'),
    PATH: `${bin}${path.delimiter}${ctx.env.PATH ?? ''}`,
  }
}

/** Its summary is held back until `others` are done. */
async function nodeTest(
  ctx: Context,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  others: Promise<unknown>,
): Promise<ExitCode> {
  // One more than there are cores: tests of processes wait much.
  const concurrency = os.availableParallelism() + 1
  const args = ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, `--test-timeout=${TIMEOUT_MS}`]
  // A group of its own: a Ctrl-C reaches us alone, and we end all of it.
  const runner = spawn(process.execPath, [...args, ...files], {
    cwd: ctx.home,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const told = tellSummaryLast(runner.stdout, others)
  const stop = () => void endGroup(runner)
  ctx.signal.addEventListener('abort', stop, { once: true })
  const [code] = (await once(runner, 'exit')) as [number | null]
  ctx.signal.removeEventListener('abort', stop)
  killGroup(runner, 'SIGKILL')
  await told
  return ctx.signal.aborted ? 130 : code === 0 ? 0 : 1
}

/** Passes lines on as they come; from the runner's summary on they wait for `others`. */
async function tellSummaryLast(lines: Readable, others: Promise<unknown>): Promise<void> {
  let waited = false
  for await (const line of createInterface({ input: lines })) {
    if (!waited && line.startsWith('ℹ tests ')) {
      await others.catch(() => {})
      waited = true
    }
    process.stdout.write(`${line}\n`)
  }
}

async function endGroup(runner: ChildProcess): Promise<void> {
  killGroup(runner, 'SIGTERM')
  await delay(PATIENCE_MS, undefined, { ref: false })
  killGroup(runner, 'SIGKILL')
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal)
  } catch {
    // Nobody is left in it.
  }
}
