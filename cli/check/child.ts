import { type ChildProcess, spawn } from 'node:child_process'
import type { ProcessStory } from './history.ts'
import { FLOOD_BYTES, Output } from './output.ts'
import type { Recorder } from './recorder.ts'
import { groupAlive, signalTree } from './tree.ts'

export interface ChildOptions {
  readonly name: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly mark: string
  readonly port?: number
  readonly stdin?: string
}

/** One process of the student in a group of its own, its output in the history. Never throws once it is started. */
export class Child {
  readonly story: ProcessStory
  /** Resolves when the process is gone and its output is read; the group may live on until `end`. */
  readonly gone: Promise<void>
  readonly pid: number
  readonly #child: ChildProcess
  readonly #output = new Output()
  readonly #recorder: Recorder
  readonly #mark: string

  private constructor(child: ChildProcess, pid: number, options: ChildOptions, recorder: Recorder) {
    this.#child = child
    this.#recorder = recorder
    this.#mark = options.mark
    this.pid = pid
    this.story = {
      name: options.name,
      command: options.words.join(' '),
      pid,
      ...(options.port === undefined ? {} : { port: options.port }),
      at: recorder.now(),
      lines: this.#output.lines,
      tail: this.#output.tail,
      cutBytes: 0,
      acts: [],
    }
    recorder.process(this.story)
    this.#listen('out')
    this.#listen('err')
    this.gone = this.#waitForEnd()
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.stdin ?? '')
  }

  /** Rejects with the system's error (`code: 'ENOENT'`, …) when the program cannot be started. */
  static start(options: ChildOptions, recorder: Recorder): Promise<Child> {
    const [program = '', ...args] = options.words
    return new Promise((resolve, reject) => {
      const child = spawn(program === 'node' ? process.execPath : program, args, {
        cwd: options.cwd,
        env: options.env,
        detached: true,
        stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      })
      child.once('error', reject)
      child.once('spawn', () => resolve(new Child(child, child.pid ?? 0, options, recorder)))
    })
  }

  get running(): boolean {
    return this.story.exit === undefined
  }

  /** SIGTERM goes to the process only; stopping and continuing its time goes to all that it started, too. */
  signal(signal: 'SIGTERM' | 'SIGSTOP' | 'SIGCONT', why: string): void {
    if (!this.running) return
    this.story.acts.push({ at: this.#recorder.now(), act: signal, why })
    if (signal === 'SIGTERM') this.#child.kill(signal)
    else signalTree(this.pid, this.#mark, signal)
  }

  /** `kill -9` to the whole tree. */
  kill(why: string, ended?: ProcessStory['ended']): void {
    if (this.running) {
      this.story.acts.push({ at: this.#recorder.now(), act: 'SIGKILL', why })
      if (ended !== undefined) this.story.ended ??= ended
    }
    if (this.running || groupAlive(this.pid)) signalTree(this.pid, this.#mark, 'SIGKILL')
  }

  #listen(stream: 'out' | 'err'): void {
    const readable = stream === 'out' ? this.#child.stdout : this.#child.stderr
    readable?.on('data', (bytes: Buffer) => {
      const whole = this.#output.add(stream, bytes, this.#recorder.now())
      this.story.cutBytes = this.#output.cutBytes
      if (this.#output.totalBytes > FLOOD_BYTES) this.kill('it printed more than 256 MB', 'flood')
      if (whole) this.#recorder.changed()
    })
    readable?.on('error', () => {})
  }

  /** 'exit' says that the process is gone; 'close' that its pipes are, which a child of it may hold open for ever. */
  #waitForEnd(): Promise<void> {
    return new Promise((resolve) => {
      const closed = new Promise<void>((done) => this.#child.once('close', () => done()))
      this.#child.once('exit', (code, signal) => {
        const at = this.#recorder.now()
        // A child that lives on keeps the pipe open; without one, the rest of the output is read in full.
        const patience = new Promise<void>((done) => setTimeout(done, groupAlive(this.pid) ? 300 : 5_000).unref())
        void Promise.race([closed, patience]).then(() => {
          this.#output.finish(this.#recorder.now())
          this.story.exit = { at, code, signal }
          this.#recorder.changed()
          resolve()
        })
      })
    })
  }
}

const PATIENCE = 2_500

/** Politely first, so that consumers leave their groups; then for good. */
export async function endAll(children: readonly Child[]): Promise<void> {
  const running = children.filter((child) => child.running)
  for (const child of running) {
    child.signal('SIGCONT', 'the scenario is over')
    child.signal('SIGTERM', 'the scenario is over')
  }
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE)
  })
  await Promise.race([Promise.all(running.map((child) => child.gone)), patience])
  clearTimeout(timer)
  for (const child of children) child.kill('the scenario is over')
  await Promise.all(children.map((child) => child.gone))
}
