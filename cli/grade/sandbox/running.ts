import type { ChildProcess } from 'node:child_process'
import os from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { gone, type ProcessRef, processRef } from '../../broker/process.ts'
import type { Ending } from '../../check/launch.ts'
import type { CgroupEvents } from './cgroup.ts'
import type { Control } from './control.ts'
import { programOf } from './inmates.ts'
import { notMade } from './trouble.ts'

/** What its cgroup has counted, once it has ended; undefined where it had none. */
export type Events = Promise<CgroupEvents | undefined>

const SIGNALS = new Map(Object.entries(os.constants.signals).map(([name, number]) => [number as number, name]))

export interface Running {
  readonly child: ChildProcess
  readonly stdout: Readable
  readonly stderr: Readable
  /** Also when it could not even be started: with code 126. */
  readonly exit: Promise<{ code: number | null; signal: string | null }>
  /** All that it printed has been read. */
  readonly closed: Promise<void>
  /** The first process of its own pid namespace: when that is gone, all is. Undefined where the sandbox does not tell it. */
  readonly first: Promise<ProcessRef | undefined>
  /** At the end: the box could be made, and the program run in it. */
  readonly hasRun: Promise<boolean>
}

/** A program may have ended before it is known that it ran: nothing of it may be lost meanwhile. */
export function watched(child: ChildProcess): Running {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  child.stdout?.pipe(stdout)
  child.stderr?.pipe(stderr)
  const read = (stream: Readable) => finished(stream, { writable: false }).catch(() => {})
  return {
    child,
    stdout,
    stderr,
    exit: new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
      child.once('error', (error) => {
        stderr.end(error.message)
        stdout.end()
        resolve({ code: 126, signal: null })
      })
    }),
    closed: Promise.all([read(stdout), read(stderr)]).then(() => {}),
    ...statusOf(child.stdio[STATUS_FD] as Readable | null | undefined),
  }
}

/** Here bubblewrap writes `{ "child-pid": … }`, seen from outside, and at the end `{ "exit-code": … }` if the program could be run. */
export const STATUS_FD = 3

function statusOf(stream: Readable | null | undefined): Pick<Running, 'first' | 'hasRun'> {
  const first = Promise.withResolvers<ProcessRef | undefined>()
  const hasRun = Promise.withResolvers<boolean>()
  let text = ''
  const end = () => {
    first.resolve(undefined)
    hasRun.resolve(/"exit-code": \d/.test(text))
  }
  stream?.on('data', (bytes: Buffer) => {
    text += bytes.toString('utf8')
    const pid = /"child-pid": (\d+)\D/.exec(text)?.[1]
    if (pid !== undefined) first.resolve(processRef(Number(pid)))
  })
  stream?.on('close', end).on('error', end)
  if (stream == null) end()
  return { first: first.promise, hasRun: hasRun.promise }
}

export const hasEnded = ({ child }: Pick<Running, 'child'>): boolean =>
  child.exitCode !== null || child.signalCode !== null

const LOOK_MS = 2

/** Waits until the box is made and the program runs in it, or has run. `died`: it could not be made. */
export async function hasStarted(running: Running): Promise<'started' | 'died'> {
  const process = await running.first
  while (process !== undefined && !hasEnded(running)) {
    if (programOf(process.pid) !== undefined) return 'started'
    await delay(LOOK_MS)
  }
  return (await running.hasRun) ? 'started' : 'died'
}

/** Waits until nothing of it is left, at most two seconds. Resolves to whether that is known. */
export async function emptied({ first, hasRun }: Running): Promise<boolean> {
  const process = await first
  // What ended before it could be looked at is gone as well.
  return process === undefined ? await hasRun : await gone(process, 2_000)
}

/** What bubblewrap says when the box could be made and its program not be run. */
const UNRUNNABLE = [
  ['No such file or directory', 'ENOENT'],
  ['Permission denied', 'EACCES'],
  ['Exec format error', 'ENOEXEC'],
] as const

/** The program runs, or the reason why not: its own, or the sandbox's. */
export async function begun(
  { exit, stdout, stderr, closed }: Running,
  control: Control,
  end: () => void,
): Promise<void> {
  const died = exit.then(() => new Promise<'died'>((resolve) => setTimeout(resolve, 50, 'died')))
  try {
    if ((await Promise.race([control.started, died])) !== 'died') return
  } catch (error) {
    end()
    stdout.resume()
    stderr.resume()
    throw error
  }
  let said = ''
  stdout.resume()
  stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8')
  })
  await closed
  const { code, signal } = await exit
  const reason = UNRUNNABLE.find(([words]) => /^bwrap: execvp /m.test(said) && said.includes(words))?.[1]
  if (reason !== undefined) throw Object.assign(new Error(said.trim()), { code: reason })
  throw notMade(`${code ?? signal}: ${said.trim().slice(0, 400)}`)
}

/** The exit code of a box is that of its program, or 128 and the number of the signal that ended it. */
export async function endingOf(running: Running, events: Events): Promise<Ending> {
  const { exit, closed } = running
  const { code, signal } = await exit
  const starved = ((await events)?.oomKills ?? 0) > 0
  // With its first process the whole box goes, and with it whatever held the pipes.
  await emptied(running)
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
  const named = code !== null && code > 128 ? SIGNALS.get(code - 128) : undefined
  const ending = named === undefined ? { code, signal } : { code: null, signal: named }
  return starved ? { ...ending, why: 'memory' } : ending
}
