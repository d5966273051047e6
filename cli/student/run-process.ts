import { type ChildProcess, spawn } from 'node:child_process'
import { groupAlive, signalTree } from '../check/tree.ts'
import { logFlow } from './log-flow.ts'

export interface RunPlan {
  readonly name: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Known to every process that it starts: see cli/check/tree.ts. */
  readonly mark: string
  readonly onLine: (line: string) => void
}

export interface RunEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly asked: boolean
}

const STOP_MS = 5_000
/** How long after a process its output may still come; a child of it could hold the pipe open for ever. */
const REST_MS = 300

/** One program of the student, in a process group of its own, so that a Ctrl-C reaches the lab alone and the lab ends all of it. */
export class RunProcess {
  readonly name: string
  readonly pid: number
  readonly ended: Promise<RunEnd>
  #end: RunEnd | undefined
  #asked = false
  readonly #mark: string

  private constructor(child: ChildProcess, { name, mark, onLine }: RunPlan) {
    this.name = name
    this.pid = child.pid ?? 0
    this.#mark = mark
    const flows = [child.stdout, child.stderr].map((stream) => {
      const flow = logFlow(onLine, () => performance.now())
      stream?.on('data', flow.add).on('error', () => {})
      return flow
    })
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const patience = new Promise<void>((done) => setTimeout(done, REST_MS))
        void Promise.race([closed, patience]).then(() => {
          for (const flow of flows) flow.end()
          this.#end = { code, signal, asked: this.#asked }
          resolve(this.#end)
        })
      })
    })
  }

  /** Rejects with the system's error (`code: 'ENOENT'`, …) when the program cannot be started. */
  static start(plan: RunPlan): Promise<RunProcess> {
    const [program = '', ...args] = plan.words
    return new Promise((resolve, reject) => {
      const child = spawn(program === 'node' ? process.execPath : program, args, {
        cwd: plan.cwd,
        env: plan.env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.once('error', reject)
      child.once('spawn', () => resolve(new RunProcess(child, plan)))
    })
  }

  get end(): RunEnd | undefined {
    return this.#end
  }

  /** SIGTERM to the process; after 5 s, or when it is gone, SIGKILL to whatever is left of its tree. */
  async stop(): Promise<RunEnd> {
    this.#asked = true
    if (this.#end === undefined) this.#send('SIGTERM')
    const timer = setTimeout(() => this.killTree(), STOP_MS)
    try {
      return await this.ended
    } finally {
      clearTimeout(timer)
      if (groupAlive(this.pid)) this.killTree()
    }
  }

  killTree(): void {
    signalTree(this.pid, this.#mark, 'SIGKILL')
  }

  #send(signal: NodeJS.Signals): void {
    try {
      process.kill(this.pid, signal)
    } catch {
      // It ended by itself in the meantime.
    }
  }
}
