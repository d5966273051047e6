import type { ChildProcess } from 'node:child_process'
import os from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { gone, type ProcessRef, processRef } from '../../broker/process.ts'
import type { Ending } from '../../check/launch.ts'
import { KitFault } from '../../check/verdict.ts'
import type { CgroupEvents } from './cgroup.ts'
import type { Control } from './control.ts'

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
    first: firstProcess(child.stdio[INFO_FD] as Readable | null | undefined),
  }
}

/** Here bubblewrap writes `{ "child-pid": … }`, seen from outside. */
export const INFO_FD = 3

async function firstProcess(info: Readable | null | undefined): Promise<ProcessRef | undefined> {
  if (info == null) return undefined
  let text = ''
  try {
    for await (const bytes of info) text += String(bytes)
  } catch {
    // It ended before it had one.
  }
  const pid = Number(/"child-pid": (\d+)/.exec(text)?.[1] ?? 0)
  return pid === 0 ? undefined : await processRef(pid)
}

/** Waits until nothing of it is left, at most two seconds. */
export async function emptied({ first }: Running): Promise<void> {
  const process = await first
  if (process !== undefined) await gone(process, 2_000)
}

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
  throw new KitFault(
    'kit.sandbox-failed',
    `the sandbox could not be made (${code ?? signal}): ${said.trim().slice(0, 400)}`,
    'Run `lab doctor --sandbox`: it says what is in the way.',
  )
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
