import { type ChildProcess, fork } from 'node:child_process'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CONTRACT } from '../../check/contract.ts'
import type { Selected } from '../../check/course.ts'
import type { OpenAnswers } from '../../check/manual.ts'
import type { CheckReport, Report } from '../../check/report.ts'
import type { Submission } from '../find/find.ts'
import {
  emptyReport,
  evidencePath,
  type Finding,
  type Result,
  resultPath,
  type Status,
  writeResult,
} from '../result.ts'
import type { TierReport } from '../sandbox/tier.ts'
import { type Ending, wholeReport } from './cut.ts'
import type { Job, Message } from './messages.ts'

/** Everything that holds for all hand-ins of a run. */
export interface RunSettings {
  readonly out: string
  readonly selected: readonly Selected[]
  readonly seed: number
  readonly tier: TierReport
  readonly toolchains: readonly string[]
  /** Milliseconds for a hand-in, and from when on its worker is killed. */
  readonly wallMs: number
  readonly hardMs: number
  readonly env: Readonly<NodeJS.ProcessEnv>
  readonly signal: AbortSignal
  readonly now: () => number
}

export const WALL_MS = 8 * 60_000
export const HARD_MS = 10 * 60_000

interface Told {
  readonly findings: Finding[]
  readonly verdicts: Map<string, CheckReport>
  answers: readonly OpenAnswers[]
  refused: boolean
  ending: Ending | undefined
}

/**
 * Checks one hand-in in a process of its own and stores what came out, whole or not at all. `undefined` where the run was interrupted: then
 * nothing is stored. `before`: what a busy machine made of it; what passed then stays, and the rest is checked once more.
 */
export async function gradeOne(
  submission: Submission,
  fingerprint: string,
  settings: RunSettings,
  onAt: (checks: readonly string[]) => void = () => {},
  before?: Result,
): Promise<Result | undefined> {
  const { out, seed, tier, signal, now } = settings
  const { student, source, shown } = submission
  const began = now()
  const about = {
    kind: 'saga-lab-result',
    version: 1,
    student,
    source: shown,
    fingerprint,
    tier: tier.tier,
    seed,
  } as const
  const facts = { ...about, began: new Date(began).toISOString() }
  if (source === null) {
    const missing: Result = { ...facts, status: 'missing', seconds: 0, findings: [], report: emptyReport(CONTRACT) }
    await store(out, missing, undefined)
    return missing
  }
  const passed = passedIn(before?.report)
  const open = without(settings.selected, passed)
  const evidence = path.join(out, '.work', student.key)
  await rm(evidence, { recursive: true, force: true })
  await mkdir(evidence, { recursive: true })
  if (before !== undefined) await cp(evidencePath(out, student.key), evidence, { recursive: true })
  const temp = await mkdtemp(path.join(os.tmpdir(), 'lab-grade-'))
  const machine = watchMachine()
  try {
    const told = await work({ source, evidence, temp, settings: { ...settings, selected: open }, onAt })
    if (signal.aborted) return undefined
    const seconds = Math.round((now() - began) / 100 + (before?.seconds ?? 0) * 10) / 10
    const findings = together(before?.findings.filter(({ id }) => id !== BUSY_MACHINE) ?? [], [
      ...submission.findings,
      ...told.findings,
      ...(told.refused ? [] : machine.findings()),
    ])
    const ending = told.ending ?? { kind: 'fault', message: 'the worker crashed' }
    const verdicts = new Map([...passed, ...told.verdicts])
    const report = told.refused ? emptyReport(CONTRACT) : wholeReport(settings.selected, verdicts, ending, seconds)
    const { answers } = told
    const result: Result = { ...facts, status: statusOf(told, ending), seconds, findings, report, answers }
    await store(out, result, evidence)
    return result
  } finally {
    machine.close()
    await rm(temp, { recursive: true, force: true, maxRetries: 3 })
    await rm(evidence, { recursive: true, force: true })
  }
}

function passedIn(report: Report | undefined): Map<string, CheckReport> {
  const checks = report?.parts.flatMap((part) => part.checks) ?? []
  return new Map(checks.filter(({ verdict }) => verdict === 'pass').map((check) => [check.id, check]))
}

/** Each once: what the files of a hand-in are found to be is found each time. */
function together(before: readonly Finding[], now: readonly Finding[]): Finding[] {
  const known = (one: Finding) => before.some(({ id, says }) => id === one.id && says === one.says)
  return [...before, ...now.filter((one) => !known(one))]
}

function without(selected: readonly Selected[], done: ReadonlyMap<string, unknown>): Selected[] {
  return selected
    .map((one) => ({ ...one, checks: one.checks.filter(({ id }) => !done.has(id)) }))
    .filter(({ checks }) => checks.length > 0)
}

/**
 * More programs that want to run than this, for each core, and deadlines say more about the machine than about the hand-in. The default number of hand-ins at a time makes
 * it eight, at which 36 right ones of 36 have lost no mark.
 */
const BUSY = 10
const LOOK_MS = 5_000
export const BUSY_MACHINE = 'machine.busy'

/** Looks at the machine until it is closed; `findings` says whether it was too busy at any time until then. */
function watchMachine(cores = os.availableParallelism()): { findings(): Finding[]; close(): void } {
  let most = 0
  const look = () => {
    most = Math.max(most, os.loadavg()[0] ?? 0)
  }
  const timer = setInterval(look, LOOK_MS).unref()
  return {
    findings: () => {
      look()
      if (most <= BUSY * cores) return []
      const says = `This machine was very busy (load ${Math.round(most)} on ${cores} cores), so checks may have run out of time. Grade it again when it is quiet.`
      return [{ id: BUSY_MACHINE, says }]
    },
    close: () => clearInterval(timer),
  }
}

function statusOf({ refused, verdicts }: Told, ending: Ending): Status {
  if (refused) return 'refused'
  if (ending.kind === 'fault') return 'incomplete'
  if ([...verdicts.values()].some(({ verdict }) => verdict === 'kit-fault')) return 'incomplete'
  return ending.kind === 'cut' ? 'cut' : 'graded'
}

/** The old result goes first and the new one comes last, so that a result always belongs to the histories beside it. */
async function store(out: string, result: Result, evidence: string | undefined): Promise<void> {
  const { key } = result.student
  await mkdir(path.join(out, key), { recursive: true })
  await rm(resultPath(out, key), { force: true })
  await rm(evidencePath(out, key), { recursive: true, force: true })
  if (evidence !== undefined) await rename(evidence, evidencePath(out, key))
  await writeResult(out, result)
}

interface Work {
  readonly source: string
  readonly evidence: string
  readonly temp: string
  readonly settings: RunSettings
  readonly onAt: (checks: readonly string[]) => void
}

const WORKER = path.join(import.meta.dirname, 'worker.ts')
/** A worker that has told all, or was asked to stop, gets this long to clean up. */
const LEAVE_MS = 20_000

async function work({ source, evidence, temp, settings, onAt }: Work): Promise<Told> {
  const { selected, seed, tier, toolchains, wallMs, hardMs, signal, env } = settings
  const { KAFKA_BROKERS: _, ...rest } = env
  // In a session of its own: a Ctrl-C reaches us, and we let it clean up.
  const worker = fork(WORKER, [], {
    env: rest,
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const told: Told = { findings: [], answers: [], refused: false, verdicts: new Map(), ending: undefined }
  let words = ''
  worker.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000)
  })
  worker.on('message', (message: Message) => take(told, message, wallMs / 60_000, onAt))
  const gone = goneOf(worker)
  const checks = selected.flatMap((one) => one.checks.map(({ id }) => id))
  worker.send({ source, evidence, temp, checks, seed, tier, toolchains, wallMs } satisfies Job)
  const stop = () => worker.connected && worker.disconnect()
  signal.addEventListener('abort', stop, { once: true })
  const ended = new AbortController()
  const hard = delay(hardMs, undefined, { signal: ended.signal }).then(
    () => {
      told.ending ??= { kind: 'cut', minutes: hardMs / 60_000 }
    },
    () => {},
  )
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([gone, hard, interrupted])
  ended.abort()
  signal.removeEventListener('abort', stop)
  await leave(worker, gone)
  told.ending ??= { kind: 'fault', message: lastWords(words) }
  return told
}

function goneOf(worker: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.once('error', () => resolve())
  })
}

async function leave(worker: ChildProcess, gone: Promise<void>): Promise<void> {
  if (worker.connected) worker.disconnect()
  const late = new AbortController()
  await Promise.race([gone, delay(LEAVE_MS, undefined, { signal: late.signal }).catch(() => {})])
  late.abort()
  worker.kill('SIGKILL')
  await gone
}

function take(told: Told, message: Message, minutes: number, onAt: Work['onAt']): void {
  if (message.kind === 'at') onAt(message.checks)
  if (message.kind === 'answers') told.answers = message.answers
  if (message.kind === 'verdict') told.verdicts.set(message.report.id, message.report)
  if (message.kind === 'fault') told.ending = { kind: 'fault', message: message.message }
  if (message.kind === 'done') told.ending = message.cut ? { kind: 'cut', minutes } : { kind: 'done' }
  if (message.kind === 'taken-in') {
    told.refused = !message.taken
    told.findings.push(
      ...message.findings.map(({ id, path: at, what }) => ({
        id: `archive.${id}`,
        says: what.includes(at) ? what : `${at}: ${what}`,
      })),
    )
  }
  if (message.kind === 'incidents') {
    told.findings.push(...message.incidents.map(({ kind, what }) => ({ id: `sandbox.${kind}`, says: what })))
  }
}

const lastWords = (stderr: string): string => {
  const words = stderr.trim().split('\n').slice(-3).join(' | ')
  return words === '' ? 'the worker ended without a word' : `the worker ended: ${words}`
}
