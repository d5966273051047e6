import type { Duplex } from 'node:stream'
import type { ProcessStory } from './history.ts'
import { type Launch, type Launched, type Launcher, launchDirectly } from './launch.ts'
import { FLOOD_BYTES, Output } from './output.ts'
import type { Recorder } from './recorder.ts'

export interface ChildOptions extends Pick<Launch, 'name' | 'words' | 'cwd' | 'env' | 'mark'> {
  readonly port?: number
  readonly stdin?: string
  /** Default: none. */
  readonly calls?: readonly number[]
  readonly reads?: readonly string[]
}

/** One process of the student, wherever it runs, its output in the history. Never throws once it is started. */
export class Child {
  readonly story: ProcessStory
  /** Resolves when the process is gone and its output is read; the group may live on until `end`. */
  readonly gone: Promise<void>
  readonly pid: number
  readonly #launched: Launched
  readonly #output = new Output()
  readonly #recorder: Recorder

  private constructor(launched: Launched, options: ChildOptions, recorder: Recorder) {
    this.#launched = launched
    this.#recorder = recorder
    const { pid, stdin } = launched
    this.pid = pid
    this.story = {
      name: options.name,
      command: options.words.join(' '),
      pid,
      ...(options.port === undefined ? {} : { port: options.port }),
      at: recorder.now(),
      lines: this.#output.lines,
      tail: this.#output.tail,
      errorTail: this.#output.errorTail,
      cutBytes: 0,
      acts: [],
    }
    recorder.process(this.story)
    this.#listen('out')
    this.#listen('err')
    this.gone = this.#waitForEnd()
    stdin?.on('error', () => {})
    stdin?.end(options.stdin ?? '')
  }

  /** Rejects with the system's error (`code: 'ENOENT'`, …) when the program cannot be started. */
  static async start(options: ChildOptions, recorder: Recorder, launcher: Launcher = launchDirectly): Promise<Child> {
    const { calls = [], reads = [], ...rest } = options
    const launched = await launcher.launch({ ...rest, calls, reads, stdin: options.stdin !== undefined })
    return new Child(launched, options, recorder)
  }

  /** A connection to one of its ports; `undefined` where its ports are this machine's own. */
  get dial(): ((port: number) => Promise<Duplex>) | undefined {
    return this.#launched.dial
  }

  /** Does anything that it started still run? */
  get alive(): boolean {
    return this.running || this.#launched.alive()
  }

  get running(): boolean {
    return this.story.exit === undefined
  }

  /** SIGTERM goes to the process only; stopping and continuing its time goes to all that it started, too. */
  signal(signal: 'SIGTERM' | 'SIGSTOP' | 'SIGCONT', why: string): void {
    if (!this.running) return
    this.story.acts.push({ at: this.#recorder.now(), act: signal, why })
    if (signal === 'SIGTERM') this.#launched.terminate()
    else if (signal === 'SIGSTOP') this.#launched.freeze()
    else this.#launched.thaw()
  }

  /** `kill -9` to the whole tree. */
  kill(why: string, ended?: ProcessStory['ended']): void {
    if (this.running) {
      this.story.acts.push({ at: this.#recorder.now(), act: 'SIGKILL', why })
      if (ended !== undefined) this.story.ended ??= ended
    }
    if (this.alive) this.#launched.kill(ended)
  }

  #listen(stream: 'out' | 'err'): void {
    const readable = stream === 'out' ? this.#launched.stdout : this.#launched.stderr
    const { flood = FLOOD_BYTES } = this.#launched
    readable.on('data', (bytes: Buffer) => {
      const whole = this.#output.add(stream, bytes, this.#recorder.now())
      this.story.cutBytes = this.#output.cutBytes
      if (this.#output.totalBytes > flood) this.kill(`it printed more than ${Math.floor(flood / 1e6)} MB`, 'flood')
      if (whole) this.#recorder.changed()
    })
    readable.on('error', () => {})
  }

  /** The process may be gone while its pipes are not: a child of it may hold them open for ever. */
  async #waitForEnd(): Promise<void> {
    const { ended, closed } = this.#launched
    const { code, signal, why } = await ended
    const at = this.#recorder.now()
    // A child that lives on keeps the pipe open; without one, the rest of the output is read in full.
    const patience = new Promise<void>((done) => setTimeout(done, this.#launched.alive() ? 300 : 5_000).unref())
    await Promise.race([closed, patience])
    this.#output.finish(this.#recorder.now())
    if (why !== undefined) this.story.ended ??= why
    this.story.exit = { at, code, signal }
    this.#recorder.changed()
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
