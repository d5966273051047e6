import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, OutgoingRecord } from '../../kit/kafka/bus.ts'
import { freePort } from '../shop/ports.ts'
import { type Child, endAll } from './child.ts'
import { cleanTopics, evictMembers } from './clean.ts'
import { type Command, GROUPS, LIMITS, SERVICES, type Service, type Topic } from './contract.ts'
import { urlVariables } from './environment.ts'
import type { Answer, ProcessStory } from './history.ts'
import { ask, type Request } from './http.ts'
import type { Json } from './json.ts'
import type { Random } from './random.ts'
import type { Recorder } from './recorder.ts'
import type { Starter } from './starter.ts'
import { lookedUp } from './views.ts'

const LONGEST = 300_000
/** Milliseconds. */
const BETWEEN_QUESTIONS = 50

export interface ServiceSettings {
  readonly failRate?: number
  readonly stock?: Readonly<Record<string, number>>
}

export interface Running {
  readonly service: Service
  readonly url: string
  readonly port: number
  readonly child: Child
}

export interface RunOptions {
  readonly stdin?: string
  readonly deadlineMs?: number
  /** Other brokers than those of this run. */
  readonly brokers?: string
  readonly env?: Readonly<Record<string, string>>
  /** The name of this run in the history, where the command runs more than once. */
  readonly as?: string
}

/**
 * The vocabulary of a scenario: everything that a driver can do to the student's processes and to the broker. All of it is
 * recorded; nothing prints; every wait has a deadline and says in its result whether what was waited for came to hold.
 */
export class Shop {
  readonly random: Random
  readonly recorder: Recorder
  readonly bus: Bus
  readonly brokers: readonly string[]
  /** Part of the usual time to wait for a first sign of life: 1, or less where much was found lifeless before. */
  readonly patience: number
  readonly #starter: Starter
  readonly #children: Child[] = []
  readonly #ports = new Map<Service, number>()

  constructor(parts: {
    random: Random
    recorder: Recorder
    bus: Bus
    brokers: readonly string[]
    starter: Starter
    /** Default: 1. */
    patience?: number
  }) {
    this.random = parts.random
    this.recorder = parts.recorder
    this.bus = parts.bus
    this.brokers = parts.brokers
    this.patience = parts.patience ?? 1
    this.#starter = parts.starter
  }

  get records() {
    return this.recorder.history.records
  }

  /** Starts a service and does not wait for it. A second instance, or one that runs beside another, has a port of its own. */
  async start(service: Service, settings: ServiceSettings = {}, options: { ownPort?: boolean } = {}): Promise<Running> {
    const port = options.ownPort ? await freePort() : await this.#port(service)
    const times = this.recorder.history.processes.filter((story) => story.name.split('#')[0] === service).length
    const name = times === 0 ? service : `${service}#${times + 1}`
    const env = { PORT: String(port), ...settingsVariables(settings) }
    const child = await this.#starter.service(service, { name, port, env, recorder: this.recorder })
    this.#children.push(child)
    return { service, port, url: `http://localhost:${port}`, child }
  }

  startAll(settings: ServiceSettings = {}, services: readonly Service[] = SERVICES): Promise<Running[]> {
    return Promise.all(services.map((service) => this.start(service, settings)))
  }

  /** SIGTERM to the process; after 5 s, `kill -9` to its whole tree, and its groups are told that it is gone. */
  async stop(running: Running): Promise<void> {
    const { child } = running
    child.signal('SIGTERM', 'the kit stops it')
    await this.until(`${child.story.name} has stopped`, () => !child.running, LIMITS.stop + 200)
    const clean = child.story.exit?.code === 0
    child.kill('it did not stop within 5 s of SIGTERM')
    await child.gone
    if (!clean && running.service !== 'order') await evictMembers(this.bus, this.brokers, GROUPS[running.service])
  }

  /** `kill -9`. */
  async kill(running: Running, why: string): Promise<void> {
    running.child.kill(why)
    await running.child.gone
  }

  /** Runs a command of lab.json to its end, or kills it at the deadline (default 60 s). */
  run(command: Command, options: RunOptions = {}): Promise<ProcessStory> {
    const story = this.#run(command, options)
    // A scenario may run one beside others and await it later: an interrupt in between must not end the program.
    story.catch(() => {})
    return story
  }

  async #run(command: Command, options: RunOptions): Promise<ProcessStory> {
    const { stdin, deadlineMs = 60_000, brokers, env = {}, as = command } = options
    const given = { ...env, ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }) }
    const child = await this.#starter.command(command, {
      name: as,
      env: given,
      recorder: this.recorder,
      ...(stdin === undefined ? {} : { stdin }),
    })
    this.#children.push(child)
    const ended = await this.until(`${as} ends`, () => !child.running, deadlineMs)
    child.kill(`it had not ended after ${deadlineMs / 1000} s`, ended ? undefined : 'deadline')
    await child.gone
    return child.story
  }

  http(running: Running, path: string, request: Request = {}): Promise<Answer> {
    return ask(this.recorder, `${running.url}${path}`, { ...request, dial: running.child.dial })
  }

  post(running: Running, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.http(running, path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  async publish(what: string, records: readonly OutgoingRecord[]): Promise<void> {
    await this.bus.send(records)
    this.recorder.moment(`the kit published ${what}`, { detail: records.length })
  }

  /**
   * Waits until `holds`; looks again whenever something happens, and ten times a second. What has to ask for it asks at most twenty times a second: its own question is
   * something that happens, to whoever waits beside it or prints a line for each. Gives up at the deadline, and at once when a process that it depends on (`alive`) is gone.
   */
  async until(
    what: string,
    holds: () => boolean | Promise<boolean>,
    deadlineMs: number,
    alive: readonly Running[] = [],
  ): Promise<boolean> {
    const deadline = this.recorder.now() + deadlineMs
    for (;;) {
      this.#starter.checkInterrupt()
      const look = holds()
      if (await look) {
        this.recorder.moment(what, { held: true })
        return true
      }
      const isAsking = typeof look !== 'boolean'
      const left = deadline - this.recorder.now()
      const hopeless = alive.length > 0 && alive.some(({ child }) => !child.running)
      if (left <= 0 || (hopeless && (await this.#settled(holds)) === false)) {
        this.recorder.moment(what, { held: false })
        return false
      }
      const change = this.recorder.change(Math.min(100, Math.max(left, 1)))
      if (isAsking) await pause(Math.min(BETWEEN_QUESTIONS, left))
      await change
    }
  }

  /**
   * Like `until`, for work whose length is the shop's own business: goes on as long as `progress` grows, and gives up once it has not
   * for `idleMs`, or after five minutes.
   */
  async untilDone(
    what: string,
    holds: () => boolean | Promise<boolean>,
    progress: () => number,
    options: { idleMs?: number; alive?: readonly Running[] } = {},
  ): Promise<boolean> {
    const { idleMs = 15_000, alive = [] } = options
    let most = -1
    let since = this.recorder.now()
    let done = false
    const look = async () => {
      done = await holds()
      const now = progress()
      if (now > most) {
        most = now
        since = this.recorder.now()
      }
      return done || this.recorder.now() - since > idleMs
    }
    await this.until(what, look, LONGEST, alive)
    if (!done) this.recorder.moment(`${what}: given up`, { held: false })
    return done
  }

  /** What a process did just before it went may still be on its way to us. */
  async #settled(holds: () => boolean | Promise<boolean>): Promise<boolean> {
    await this.quiet(300, 1_500)
    return await holds()
  }

  /** Nothing new on the topics for `ms`; at most `longest`. */
  async quiet(ms = 400, longest = 3_000): Promise<void> {
    const end = this.recorder.now() + longest
    let count = this.records.length
    let since = this.recorder.now()
    while (this.recorder.now() < end && this.recorder.now() - since < ms) {
      await this.recorder.change(Math.min(50, ms))
      if (this.records.length !== count) {
        count = this.records.length
        since = this.recorder.now()
      }
    }
  }

  /** Offsets that the group has committed on a topic, by partition. Noted in the history. */
  async committed(group: string, topic: Topic): Promise<Record<number, number>> {
    const lags = await this.bus.lag(group, [topic])
    const offsets: Record<number, number> = {}
    for (const { partition, committed } of lags) if (committed !== null) offsets[partition] = Number(committed)
    this.recorder.moment(lookedUp(group, topic), { detail: offsets })
    return offsets
  }

  /** Waits until the group has committed all that is on the topic; a shop may commit late, so this is a courtesy, not a demand. */
  async caughtUp(group: string, topic: Topic, longest = 6_000): Promise<boolean> {
    const ends = new Map<number, number>()
    for (const record of this.records) if (record.topic === topic) ends.set(record.partition, record.offset + 1)
    const look = async () => {
      const offsets = await this.committed(group, topic)
      return [...ends].every(([partition, end]) => (offsets[partition] ?? -1) >= end)
    }
    return await this.until(`${group} has committed all of ${topic}`, look, longest)
  }

  /** Topics with the number of their partitions. */
  async topicTable(): Promise<Record<string, number>> {
    const table = Object.fromEntries(await this.bus.partitions())
    this.recorder.moment('looked up the topics', { detail: table })
    return table
  }

  /** The text of a file of the workspace; `null` where there is none. */
  file(name: string): Promise<string | null> {
    return this.#starter.file(name)
  }

  /** Empty core topics and no groups, in the middle of a scenario. Only for scenarios that start with `absent` topics. */
  freshTopics(): Promise<void> {
    return cleanTopics(this.bus, this.brokers, 'clean')
  }

  /** A program of the kit itself: `words` begin with `node`. */
  async kit(name: string, words: readonly string[], env: Readonly<Record<string, string>>): Promise<Child> {
    const child = await this.#starter.kit(words, { name, env, recorder: this.recorder })
    this.#children.push(child)
    return child
  }

  note(what: string, detail?: Json): void {
    this.recorder.moment(what, detail === undefined ? {} : { detail })
  }

  /** The URLs of the four services, for a test command. */
  async urls(): Promise<Record<string, string>> {
    const ports = await Promise.all(SERVICES.map(async (name) => [name, await this.#port(name)] as const))
    return urlVariables(Object.fromEntries(ports) as Record<Service, number>)
  }

  /** Nothing that was started is left when this resolves. */
  close(): Promise<void> {
    return endAll(this.#children)
  }

  async #port(service: Service): Promise<number> {
    const known = this.#ports.get(service)
    if (known !== undefined) return known
    const port = await freePort()
    this.#ports.set(service, port)
    return port
  }
}

function settingsVariables({ failRate = 0, stock = { '201': 100 } }: ServiceSettings): Record<string, string> {
  return { PAYMENT_FAIL_RATE: String(failRate), STOCK: JSON.stringify(stock) }
}
