import { spawn } from 'node:child_process'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { ProcessStory } from './history.ts'
import { groupAlive, signalTree } from './tree.ts'

/** What is to be run for the student: one program with its words, its environment, and what it may meet. */
export interface Launch {
  /** `payment`, `payment#2`, `publish`, …: as in the history. */
  readonly name: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Stands in the environment of everything that comes out of this launch, and of nothing else. */
  readonly mark: string
  /** Give it an input; otherwise it reads nothing. */
  readonly stdin: boolean
  /** Ports on the kit's side that it must be able to call: those of a shop of the kit that its tests work. */
  readonly calls: readonly number[]
  /** Absolute paths of files of the kit that it must be able to read under the same name. */
  readonly reads: readonly string[]
}

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  /** A limit that ended it, where one did. */
  readonly why?: ProcessStory['ended']
}

/** A program that runs, wherever it does. No method throws once it runs; a program that is gone is no error. */
export interface Launched {
  /** A process group of this machine: with `kill -9` to it, all is gone. */
  readonly pid: number
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable
  /** The program is gone; what it started may live on. */
  readonly ended: Promise<Ending>
  /** Its pipes are closed as well: nobody holds them any more. */
  readonly closed: Promise<void>
  /** Signals the program alone. */
  terminate(): void
  /** Stops and continues the time of all that it started. */
  freeze(): void
  thaw(): void
  /** `kill -9` to all that it started; `why` names the limit that it overran, where it did. */
  kill(why?: ProcessStory['ended']): void
  /** Does anything of it still run? */
  alive(): boolean
  /** Bytes of output beyond which it is not noisy but runs wild; absent: 256 MB. */
  readonly flood?: number
  /** A connection to a port on which the program listens; absent: the port is one of this machine's own. */
  readonly dial?: (port: number) => Promise<Duplex>
}

/** Brings a student's programs to life: as they are (`launchDirectly`), or inside a sandbox. */
export interface Launcher {
  /** Rejects with the system's error (`code: 'ENOENT'`, …) when the program cannot be started. */
  launch(launch: Launch): Promise<Launched>
}

/** Processes of this machine, each in a group of its own, with the rights of whoever runs the check: for the student's own code. */
export const launchDirectly: Launcher = {
  launch: ({ words, cwd, env, mark, stdin }) => {
    const [program = '', ...args] = words
    return new Promise((resolve, reject) => {
      const child = spawn(program === 'node' ? process.execPath : program, args, {
        cwd,
        env,
        detached: true,
        stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      })
      const ended = new Promise<Ending>((done) => child.once('exit', (code, signal) => done({ code, signal })))
      const closed = new Promise<void>((done) => child.once('close', () => done()))
      const pid = child.pid ?? 0
      child.once('error', reject)
      child.once('spawn', () =>
        resolve({
          pid,
          stdin: child.stdin,
          stdout: child.stdout as Readable,
          stderr: child.stderr as Readable,
          ended,
          closed,
          terminate: () => void child.kill('SIGTERM'),
          freeze: () => signalTree(pid, mark, 'SIGSTOP'),
          thaw: () => signalTree(pid, mark, 'SIGCONT'),
          kill: () => signalTree(pid, mark, 'SIGKILL'),
          alive: () => groupAlive(pid),
        }),
      )
    })
  },
}
