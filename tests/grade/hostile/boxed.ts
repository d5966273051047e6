import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Child, type ChildOptions } from '../../../cli/check/child.ts'
import { Recorder } from '../../../cli/check/recorder.ts'
import { processes } from '../../../cli/check/tree.ts'
import type { Limits } from '../../../cli/grade/sandbox/limits.ts'
import { openSandbox, type Sandbox } from '../../../cli/grade/sandbox/sandbox.ts'
import type { Tier } from '../../../cli/grade/sandbox/tier.ts'
import { tryTier } from '../../../cli/grade/sandbox/trial.ts'

const ATTACKS = path.resolve(import.meta.dirname, '../../../cli/grade/sandbox/attacks')

/** Nobody listens there: a broker that no program reaches. */
export const NO_BROKER = '127.0.0.1:31999'

export interface Boxed {
  readonly box: Sandbox
  readonly folder: string
  /** Starts a program of the submission. It ends with the test, if not before. */
  start(name: string, words: readonly string[], more?: Partial<ChildOptions>): Promise<Child>
  /** The same, to its end. */
  run(name: string, words: readonly string[], more?: Partial<ChildOptions>): Promise<Child>
}

/** Why a tier cannot be tried here; false where it can. */
export type WhyNot = string | false

const asked = new Map<Tier, Promise<WhyNot>>()

/** Each tier is tried once. */
export function whyNot(tier: Tier): Promise<WhyNot> {
  const answer =
    asked.get(tier) ?? tryTier(tier, openSandbox).then(({ works, why }) => (works ? false : `no ${tier} here: ${why}`))
  asked.set(tier, answer)
  return answer
}

/** The best that bubblewrap has here. */
export const BEST: Tier = (await whyNot('T3')) === false ? 'T3' : 'T2'

const kinds = [
  [BEST, await whyNot(BEST)],
  ['T1', await whyNot('T1')],
] as const

/** Declares a test for a box of bubblewrap's, and the same for a container where there is a Docker engine. */
export function everywhere(what: string, body: (t: TestContext, tier: Tier) => Promise<void>): void {
  for (const [tier, skip] of kinds) test(`${what} (${tier})`, { skip }, (t) => body(t, tier))
}

/** A sandbox around the attacks of this folder. At the end of the test nothing of it may be left. */
export async function boxed(
  t: TestContext,
  tier: Tier,
  limits: Partial<Limits> = {},
  broker = NO_BROKER,
): Promise<Boxed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-hostile-'))
  await chmod(folder, 0o711)
  const submission = path.join(folder, 'submission')
  mkdirSync(submission)
  cpSync(ATTACKS, submission, { recursive: true })
  writeFileSync(path.join(submission, 'lab.json'), '{ "contract": 1 }')
  const work = path.join(folder, 'work')
  const box = await openSandbox({ tier: { tier }, submission, work, brokers: [broker], limits })
  const children: Child[] = []
  const rooms = leftovers()
  t.after(async () => {
    for (const child of children) child.kill('the test is over')
    await Promise.all(children.map((child) => child.gone))
    await box.close()
    assert.ok(!existsSync(work), 'its folder is gone')
    assert.deepEqual(
      rooms.filter((name) => existsSync(name)),
      [],
    )
    await rm(folder, { recursive: true, force: true })
  })
  const start = async (name: string, words: readonly string[], more: Partial<ChildOptions> = {}) => {
    const options = { name, words, cwd: '/', env: {}, mark: 'test', ...more }
    const child = await Child.start(options, new Recorder('hostile', 1, ''), box.launcher)
    children.push(child)
    return child
  }
  const run = async (...given: Parameters<typeof start>) => {
    const child = await start(...given)
    await child.gone
    return child
  }
  return { box, folder, start, run }
}

/** The JSON that an attack has printed as its first line. */
export function told<T>(child: Child): T {
  const [line] = child.story.lines
  assert.ok(line, `it printed nothing: ${child.story.tail.join(' | ')} ${JSON.stringify(child.story.exit)}`)
  return JSON.parse(line.text) as T
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    assert.ok(performance.now() < end, `${what}: not within ${ms} ms`)
    await pause(25)
  }
}

/** Processes of this machine with a word in their command line. */
export function processesWith(word: string): number[] {
  return processes()
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid && commandOf(pid).includes(word))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Rooms of sandboxes of this process, and cgroups that bear their names. */
function leftovers(): string[] {
  const rooms = readdirSync('/tmp').filter(
    (name) => name.startsWith('saga-lab-box-') && isMine(path.join('/tmp', name)),
  )
  const controllers = ['memory', 'pids', 'cpu', '.'].map((name) => path.join('/sys/fs/cgroup', name))
  const groups = controllers.flatMap((folder) => rooms.map((name) => path.join(folder, name)))
  return [...rooms.map((name) => path.join('/tmp', name)), ...groups.filter((name) => existsSync(name))]
}

function isMine(room: string): boolean {
  try {
    return (
      (JSON.parse(readFileSync(path.join(room, 'owner.json'), 'utf8')) as { owner: { pid: number } }).owner.pid ===
      process.pid
    )
  } catch {
    return false
  }
}
