import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process beyond doubt: pids come round again, a pid with its start time does not. */
export interface ProcessRef {
  readonly pid: number
  /** As the operating system tells it; compared, never read. */
  readonly started: string
}

/** Undefined when there is no such process, or only its zombie. */
export async function processRef(pid: number): Promise<ProcessRef | undefined> {
  const started = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid)
  return started ? { pid, started } : undefined
}

export async function isAlive(ref: ProcessRef | undefined): Promise<boolean> {
  return ref !== undefined && (await processRef(ref.pid))?.started === ref.started
}

/** Resolves to whether the process was gone before the deadline. */
export async function gone(ref: ProcessRef, deadlineMs: number): Promise<boolean> {
  const deadline = performance.now() + deadlineMs
  while (await isAlive(ref)) {
    if (performance.now() > deadline) return false
    await delay(25)
  }
  return true
}

/** SIGTERM, and SIGKILL once `patienceMs` have passed. Resolves when the process is gone. */
export async function endProcess(ref: ProcessRef, patienceMs: number): Promise<'ended' | 'killed'> {
  await signal(ref, 'SIGTERM')
  if (await gone(ref, patienceMs)) return 'ended'
  await signal(ref, 'SIGKILL')
  await gone(ref, 5_000)
  return 'killed'
}

/** Sends a signal if the process is still the same. A stopped process only notices SIGTERM after SIGCONT. */
export async function signal(ref: ProcessRef, name: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(ref))) return
  try {
    process.kill(ref.pid, name)
    if (name === 'SIGTERM') process.kill(ref.pid, 'SIGCONT')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Stops a process's time, and resolves when it stands. The signal alone does not say so: where cores are busy, threads that have not come to it
 * yet go on working, and answering, for tens of milliseconds. Rejects when it does not stand within `deadlineMs`; then it goes on.
 */
export async function freeze(ref: ProcessRef, deadlineMs = 5_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  await signal(ref, 'SIGSTOP')
  while (!(await stands(ref.pid))) {
    if (performance.now() > deadline) {
      await signal(ref, 'SIGCONT')
      throw new Error(`process ${ref.pid} was told to stop and did not within ${deadlineMs} ms`)
    }
    await delay(2)
  }
}

export const thaw = (ref: ProcessRef): Promise<void> => signal(ref, 'SIGCONT')

/** Whether none of its threads runs, which is true of a process that is gone, too. */
async function stands(pid: number): Promise<boolean> {
  const states = process.platform === 'linux' ? await threadsOnLinux(pid) : [await stateByPs(pid)]
  return states.every((state) => /^[TtZX]?$/.test(state))
}

/** A process whose last arguments are these, other than a shell's. Needs no file that could be lost or stale. */
export async function findProcess(lastArguments: readonly string[]): Promise<ProcessRef | undefined> {
  const end = ` ${lastArguments.join(' ')}`
  const lines = process.platform === 'linux' ? await commandsOnLinux() : await commandsByPs()
  const found = lines.find(({ command }) => command.endsWith(end) && !/^(\S*\/)?sh /.test(command))
  return found && processRef(found.pid)
}

interface Running {
  readonly pid: number
  readonly command: string
}

async function commandsOnLinux(): Promise<Running[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return commands.map((command, i) => ({ pid: Number(pids[i]), command: command.replaceAll('\0', ' ').trimEnd() }))
}

async function commandsByPs(): Promise<Running[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 64 << 20 })
  const lines = stdout.split('\n').map((line) => /^\s*(\d+)\s+(.*?)\s*$/.exec(line))
  return lines.filter((found) => found !== null).map(([, pid, command = '']) => ({ pid: Number(pid), command }))
}

/** Resident memory in MB; undefined where the system does not tell. */
export async function residentMb(pid: number): Promise<number | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
    return Math.round(Number(stdout.trim()) / 1024)
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/<pid>/stat. With the boot, since ticks restart. */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ])
    const fields = statFields(stat)
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${fields[19]}@${boot.trim()}`
  } catch {
    return undefined
  }
}

async function threadsOnLinux(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  return await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')
      return statFields(stat)[0] ?? ''
    }),
  )
}

/** Of /proc/<pid>/stat what comes after the name, which may hold spaces and brackets: state, parent, group, … */
export const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** One letter, the same on Linux and macOS, such as `T` of a process that was stopped; empty when it is gone. */
export async function stateByPs(pid: number): Promise<string> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim().slice(0, 1)
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    })
    const [state = '', ...start] = stdout.trim().split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}
