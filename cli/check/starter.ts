import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Child } from './child.ts'
import { type Command, LIMITS, type Service } from './contract.ts'
import { failWorkspace } from './diagnoses.ts'
import { cleanEnvironment, reachOf } from './environment.ts'
import { type LabJson, readLabJson } from './lab-json.ts'
import { type Launcher, launchDirectly } from './launch.ts'
import type { Reaper } from './reaper.ts'
import { Recorder } from './recorder.ts'
import { Blocked, KitFault } from './verdict.ts'
import { lastLines } from './views.ts'
import type { Watchdog } from './watchdog.ts'

export interface StartOptions {
  readonly name: string
  readonly recorder: Recorder
  readonly env: Readonly<Record<string, string>>
  readonly port?: number
  readonly stdin?: string
}

export interface StarterParts {
  readonly workspace: string
  readonly brokers: string
  readonly run: string
  readonly outer: Readonly<NodeJS.ProcessEnv>
  readonly reaper: Reaper
  readonly watchdog: Watchdog
  readonly signal: AbortSignal
  /** Runs the student's programs; default: as processes of this machine. The kit's own always are. */
  readonly launcher?: Launcher
}

/** Turns entries of lab.json into processes: reads it anew for each scenario, builds once, watches over what it started. */
export class Starter {
  readonly #parts: StarterParts
  #built: Promise<void> | undefined
  readonly #started = new Set<Child>()
  #count = 0

  constructor(parts: StarterParts) {
    this.#parts = parts
  }

  checkInterrupt(): void {
    if (this.#parts.signal.aborted) throw new KitFault('kit.interrupted', 'the check was interrupted', 'Run it again.')
  }

  async service(service: Service, options: StartOptions): Promise<Child> {
    const lab = await this.#prepared()
    return this.#start(this.#words(lab.services[service], `services.${service}`, `the ${service} service`), options)
  }

  async command(command: Command, options: StartOptions): Promise<Child> {
    const lab = await this.#prepared()
    return this.#start(this.#words(lab.commands[command], `commands.${command}`, `the command "${command}"`), options)
  }

  /** A program of the kit itself, in the same clean environment. */
  kit(words: readonly string[], options: StartOptions): Promise<Child> {
    // Compiled once for all checks: a part of the course starts nine of them.
    const compiled = this.#parts.outer.NODE_COMPILE_CACHE
    const env = { ...options.env, ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }) }
    return this.#start(words, { ...options, env }, launchDirectly)
  }

  async file(name: string): Promise<string | null> {
    try {
      return await readFile(join(this.#parts.workspace, name), 'utf8')
    } catch {
      return null
    }
  }

  /** Groups that are gone need no reaper; their ids may soon be somebody else's. */
  forgetDead(): void {
    for (const child of this.#started) {
      if (child.alive) continue
      this.#started.delete(child)
      this.#parts.reaper.forget(child.pid)
    }
  }

  #words(words: readonly string[] | undefined, entry: string, what: string): readonly string[] {
    if (words !== undefined) return words
    const saw = `${what} is not in lab.json: this part is not written yet`
    const did = `looked for "${entry}" in ${this.#parts.workspace}/lab.json`
    throw new Blocked(failWorkspace('workspace.not-written', { did, saw }))
  }

  async #prepared(): Promise<LabJson> {
    const lab = await readLabJson(this.#parts.workspace)
    this.#built ??= lab.build === undefined ? Promise.resolve() : this.#build(lab.build)
    await this.#built
    return lab
  }

  async #build(words: readonly string[]): Promise<void> {
    const recorder = new Recorder('build', 0, this.#parts.brokers)
    const child = await this.#start(words, { name: 'build', env: {}, recorder })
    const timer = setTimeout(() => child.kill('it had not ended after 5 minutes', 'deadline'), LIMITS.build)
    const stop = () => child.kill('the check was interrupted')
    this.#parts.signal.addEventListener('abort', stop)
    await child.gone
    clearTimeout(timer)
    this.#parts.signal.removeEventListener('abort', stop)
    child.kill('the build is over')
    const { exit, ended } = child.story
    if (exit?.code === 0) return
    const end =
      ended === 'deadline' ? 'it was still running after 5 minutes' : `it ended with ${exit?.code ?? exit?.signal}`
    const saw = [end, ...lastLines(child.story, 8)].join('\n')
    throw new Blocked(failWorkspace('workspace.build-failed', { did: `ran ${child.story.command}`, saw, first: end }))
  }

  async #start(words: readonly string[], options: StartOptions, launcher = this.#parts.launcher): Promise<Child> {
    const { workspace, brokers, run, outer, reaper, watchdog } = this.#parts
    const mark = `${run}-${++this.#count}`
    const env = cleanEnvironment(outer, mark, { KAFKA_BROKERS: brokers, ...options.env })
    let child: Child
    try {
      const launch = { ...options, ...reachOf(options.env), words, cwd: workspace, env, mark }
      child = await Child.start(launch, options.recorder, launcher)
    } catch (error) {
      if (error instanceof KitFault) throw error
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EMFILE' || code === 'EAGAIN' || code === 'ENOMEM') throw error
      const reason = code === 'ENOENT' ? `there is no program "${words[0]}"` : `"${words[0]}" cannot be run (${code})`
      throw new Blocked(
        failWorkspace('process.cannot-start', { did: `started ${options.name}: ${words.join(' ')}`, saw: reason }),
      )
    }
    this.#started.add(child)
    reaper.watch(child.pid)
    watchdog.watch(child)
    void child.gone.then(() => watchdog.forget(child))
    return child
  }
}
