/** A workspace with the answers up to one part, on which the sessions of the handouts are really played. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { type AnyPart, SERVICES, type Service } from '../check/contract.ts'
import { freePort } from '../shop/ports.ts'
import { layParts, partsUpTo } from './lay.ts'
import { scrubber } from './scrub.ts'

const DEADLINE = 60_000
/** As the handouts say: `lab` is short for the kit's own program. */
const LAB = `lab() { node '${resolve(import.meta.dirname, '../../bin/lab.js')}' "$@"; }`

interface Running {
  readonly child: ChildProcess
  said: string
}

export class Stage {
  readonly dir: string
  readonly #brokers: string
  readonly #ports: Readonly<Record<Service, number>>
  readonly #running = new Map<Service, Running>()
  readonly #scrub: (text: string) => string

  private constructor(dir: string, brokers: string, ports: Readonly<Record<Service, number>>) {
    this.dir = dir
    this.#brokers = brokers
    this.#ports = ports
    this.#scrub = scrubber({ brokers, dir, ports })
  }

  /** Lays the solutions of A to `part` into a new folder. `brokers`: a Kafka whose core topics may be emptied. */
  static async set(part: AnyPart, brokers: string): Promise<Stage> {
    const dir = await mkdtemp(join(tmpdir(), 'lab-handout-'))
    await layParts(partsUpTo(part), dir, 'solution')
    const ports = await Promise.all(SERVICES.map(async (name) => [name, await freePort()] as const))
    return new Stage(dir, brokers, Object.fromEntries(ports) as Record<Service, number>)
  }

  /** Plays a line as it would be typed, and returns it with what came out. The default ports stand for the real ones. */
  async type(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const real = SERVICES.reduce((text, name, index) => text.replaceAll(`:500${index}`, `:${this.#ports[name]}`), line)
    const child = spawn('sh', ['-c', `exec 2>&1; ${LAB}; ${real}`], { cwd: this.dir, env: this.#environment(env) })
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE)
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
    })
    await once(child, 'close')
    clearTimeout(deadline)
    return `$ ${line}\n${this.#scrub(said)}`.trimEnd()
  }

  /** Starts a service as its own terminal would, and waits until it has said `ready`. */
  async start(name: Service, ready: RegExp, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const settings = { ...env, PORT: String(this.#ports[name]) }
    const child = spawn(process.execPath, [`${name}/main.ts`], { cwd: this.dir, env: this.#environment(settings) })
    const running = { child, said: '' }
    this.#running.set(name, running)
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (data) => {
        running.said += data
        // As `node notification/main.ts | tee notification.log` does, for the tests of part I.
        appendFileSync(join(this.dir, `${name}.log`), data)
      })
    }
    await this.until(name, ready)
  }

  /** Waits until a service has said something, so many times. */
  async until(name: Service, wanted: RegExp, times = 1): Promise<void> {
    const running = this.#running.get(name)
    if (running === undefined) throw new Error(`${name} is not started`)
    const deadline = Date.now() + DEADLINE
    const all = new RegExp(wanted, 'g')
    while ([...running.said.matchAll(all)].length < times) {
      if (running.child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${name} never said ${wanted}:\n${running.said}`)
      await new Promise((again) => setTimeout(again, 20))
    }
  }

  /** All that a service has said so far, under the line that started it. */
  said(name: Service, line = `node ${name}/main.ts`): string {
    return `$ ${line}\n${this.#scrub(this.#running.get(name)?.said ?? '')}`.trimEnd()
  }

  /** Ctrl-C in the service's terminal. Resolves with the exit code. */
  async stop(name: Service): Promise<number | null> {
    const child = this.#running.get(name)?.child
    if (child === undefined) throw new Error(`${name} is not started`)
    child.kill('SIGINT')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return child.exitCode
  }

  /** Ends what still runs and removes the folder. */
  async strike(): Promise<void> {
    for (const { child } of this.#running.values()) {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
    }
    await rm(this.dir, { recursive: true, force: true })
  }

  #environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const { NODE_TEST_CONTEXT: _, ...rest } = process.env
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
    return {
      ...rest,
      PATH: path,
      ORDER_URL: `http://localhost:${this.#ports.order}`,
      KAFKA_BROKERS: this.#brokers,
      ...more,
    }
  }
}
