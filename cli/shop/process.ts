import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * A service holds little and makes much short-lived garbage. By default V8 lets that pile up to three times the memory, for little more speed; a young
 * generation smaller than this costs a third more CPU. Order has the most to do and gets more of it. Helpers of the young generation's collector would only
 * wait for cores that other services keep busy.
 *
 * A heap this small V8 looks through as a whole when it has grown by 30 %, each second under load, which takes an eighth of the CPU. A few services may grow
 * by more, for some 15 MB each; where they are many (`isCrowded`), that would be too much together.
 */
export const leanOf = (service: string, isCrowded = false): string[] => {
  const [youngMb, growthPercent] = service === 'order' ? [4, 60] : [3, 100]
  return [
    `--max-semi-space-size=${youngMb}`,
    '--max-old-space-size=80',
    '--no-parallel-scavenge',
    ...(isCrowded ? [] : [`--heap-growing-percent=${growthPercent}`]),
  ]
}
/** The C library keeps a pool of memory a thread. */
export const LEAN_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' }

/** What these make of the others' events may be late: where cores are few, they are another's first. In the whole shop that takes a fifth off the slowest orders. */
const LATER: readonly string[] = ['analytics', 'recommendation']

/** How a process of the shop ended. */
export interface Exit {
  readonly name: string
  readonly instance: number
  readonly pid: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Milliseconds since 1970. */
  readonly at: number
  /** False when nobody asked for it: it crashed, or somebody else killed it. */
  readonly asked: boolean
}

export interface ProcessPlan {
  readonly name: string
  readonly instance: number
  /** See `leanOf`. Default: false. */
  readonly isCrowded?: boolean
  readonly nodePath: string
  readonly script: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Gets stdout and stderr, appended by the system itself: it costs this program nothing. */
  readonly logFile: string
}

/** One process of the shop, in a process group of its own so that a Ctrl-C reaches the parent alone. */
export class ShopProcess {
  readonly pid: number
  readonly ended: Promise<Exit>
  #exit: Exit | undefined
  #asked = false
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, pid: number, plan: ProcessPlan) {
    this.#child = child
    this.pid = pid
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const { name, instance } = plan
        this.#exit = { name, instance, pid, code, signal, at: Date.now(), asked: this.#asked }
        resolve(this.#exit)
      })
    })
  }

  /** Rejects with the system's error when the program cannot be started. */
  static start(plan: ProcessPlan): Promise<ShopProcess> {
    const log = openSync(plan.logFile, 'a')
    const child = spawn(plan.nodePath, [...leanOf(plan.name, plan.isCrowded), plan.script], {
      cwd: plan.cwd,
      env: { ...plan.env },
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => {
        const pid = child.pid ?? 0
        if (LATER.includes(plan.name)) letOthersGoFirst(pid)
        resolve(new ShopProcess(child, pid, plan))
      })
    })
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  /** To the process, not to its group. Nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit !== undefined) return
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') this.#asked = true
    this.#child.kill(signal)
  }

  /** SIGTERM, woken up if it is frozen; SIGKILL for the whole group after `deadlineMs`. */
  async stop(deadlineMs: number): Promise<Exit> {
    this.signal('SIGTERM')
    this.signal('SIGCONT')
    const timer = setTimeout(() => this.#killGroup(), deadlineMs)
    try {
      return await this.ended
    } finally {
      clearTimeout(timer)
    }
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function letOthersGoFirst(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It ended by itself in the meantime.
  }
}
