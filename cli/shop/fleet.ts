import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { LabError } from '../command.ts'
import { environmentOf } from './environment.ts'
import { type Follower, followFile } from './follow-file.ts'
import { Guard } from './guard.ts'
import { type Claim, claimPort } from './ports.ts'
import { type Exit, type ProcessPlan, ShopProcess } from './process.ts'
import { untilReady } from './ready.ts'
import { removeShopFile, writeShopFile } from './shop-file.ts'
import { CORE_PORTS, SHOP_PORTS, type UrlOf } from './usual-ports.ts'

type Environment = Readonly<Record<string, string>>

export interface ServiceWish {
  /** A folder of `services/` with a main.ts. */
  readonly name: string
  /** How many processes share its work and its database. Default 1. */
  readonly instances?: number
  readonly env?: Environment | ((urlOf: UrlOf) => Environment)
}

export interface FleetOptions {
  readonly brokers: readonly string[]
  /** Where the services keep their databases; made when missing. Keep it, and a later fleet goes on where this one ended. */
  readonly dir: string
  /** Gets `<service>.log`, or `<service>-<n>.log` where there are several instances; emptied at start. Made when missing. */
  readonly logDir: string
  /** Default: the four core services, one instance each. */
  readonly services?: readonly ServiceWish[]
  /** `usual` (default): those of SHOP_PORTS where they are free, else any, told by `onPort`. `free`: any free ports. */
  readonly ports?: 'usual' | 'free'
  /** For all services, over the defaults and under a service's own. Nothing else of this program's environment is passed on but PATH and the like. */
  readonly env?: Environment
  /** Told each line that a service writes, within about 50 ms. Leave it out under load: then nobody reads the logs. */
  readonly onLine?: (service: string, instance: number, line: string) => void
  /** Told when a wanted port is another program's. */
  readonly onPort?: (service: string, wanted: number, taken: number) => void
  /** Told of each process that ends, asked or not. */
  readonly onExit?: (exit: Exit) => void
  /** Aborting it stops the fleet. */
  readonly signal?: AbortSignal
  /** Default: the Node that runs this program. */
  readonly nodePath?: string
  /** `.lab/shop.json`: says what runs, for other commands; removed at stop. Default: none. */
  readonly shopFile?: string
}

export interface FleetService {
  readonly name: string
  readonly instance: number
  readonly pid: number
  readonly port: number
  readonly url: string
  readonly logFile: string
}

export interface Fleet {
  /** As they are now: a restart changes the pid. */
  readonly services: readonly FleetService[]
  /** All that ended so far. */
  readonly exits: readonly Exit[]
  /** The address of a service's first instance, such as `http://127.0.0.1:5000`. */
  url(name: string): string
  /** Until each process, but those that were killed on purpose, answers `GET /ready` with 200. Throws LabError, with the end of the log, when one dies or is late. */
  waitReady(deadlineMs?: number): Promise<void>
  /** Sends a signal (default SIGKILL) and, unless it is SIGSTOP or SIGCONT, waits for the end. */
  kill(name: string, instance?: number, signal?: NodeJS.Signals): Promise<void>
  /** Stops it in order if it runs and starts it again on its port, with `env` over its own for this one time. Does not wait for readiness. */
  restart(name: string, instance?: number, env?: Readonly<Record<string, string>>): Promise<void>
  /**
   * Starts further instances of a service, or stops the last ones, until there are so many. Resolves when those that are new are started, not when
   * they are ready, and those that were too many have ended.
   */
  scale(name: string, instances: number): Promise<void>
  /** SIGTERM to all at once, SIGKILL after 6 s; resolves when none is left. May be called again: one end, one answer. */
  stop(): Promise<readonly Exit[]>
}

const HOME = path.resolve(import.meta.dirname, '../..')
const STOP_MS = 6_000
const READY_MS = 30_000

/**
 * Starts the reference shop and watches it. Resolves when all processes are started, not when they are ready: see `waitReady`.
 * The processes end when this program does, however it ends.
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  mkdirSync(options.logDir, { recursive: true })
  const places: Place[] = []
  for (const wish of wishesOf(options)) {
    for (let instance = 0; instance < (wish.instances ?? 1); instance++) {
      places.push({ wish, instance, claim: await claimFor(options, wish, instance) })
    }
  }
  const urlOf: UrlOf = (service) => {
    const found = places.find(({ wish, instance }) => wish.name === service && instance === 0)
    if (found === undefined) throw new RangeError(`There is no ${service} in this fleet.`)
    return `http://127.0.0.1:${found.claim.port}`
  }
  return new RunningFleet(
    options,
    places.map((place) => new Member(options, place, urlOf)),
    urlOf,
  ).start()
}

interface Place {
  readonly wish: ServiceWish
  readonly instance: number
  readonly claim: Claim
}

function wishesOf({ services }: FleetOptions): readonly ServiceWish[] {
  return services ?? Object.keys(CORE_PORTS).map((name) => ({ name }))
}

async function claimFor(options: FleetOptions, { name }: ServiceWish, instance: number): Promise<Claim> {
  const usual = (SHOP_PORTS as Readonly<Record<string, number>>)[name]
  const wanted = options.ports === 'free' || instance > 0 ? undefined : usual
  const claim = await claimPort(wanted)
  if (wanted !== undefined && claim.port !== wanted) options.onPort?.(name, wanted, claim.port)
  return claim
}

/** One place in the fleet: the same service, instance, port and log over all its restarts. */
class Member {
  readonly name: string
  readonly instance: number
  readonly claim: Claim
  readonly url: string
  readonly logFile: string
  process: ShopProcess | undefined
  readonly #plan: ProcessPlan

  constructor(options: FleetOptions, { wish, instance, claim }: Place, urlOf: UrlOf) {
    this.name = wish.name
    this.instance = instance
    this.claim = claim
    this.url = `http://127.0.0.1:${claim.port}`
    const own = typeof wish.env === 'function' ? wish.env(urlOf) : wish.env
    const isOneOfSeveral = instance > 0 || (wish.instances ?? 1) > 1
    this.logFile = path.join(options.logDir, `${wish.name}${isOneOfSeveral ? `-${instance}` : ''}.log`)
    this.#plan = {
      name: wish.name,
      instance,
      isCrowded: wishesOf(options).length > Object.keys(CORE_PORTS).length,
      nodePath: options.nodePath ?? process.execPath,
      script: path.join(HOME, 'services', wish.name, 'main.ts'),
      cwd: HOME,
      env: { ...environmentOf(options, claim.port, instance), ...options.env, ...own },
      logFile: this.logFile,
    }
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<ShopProcess> {
    this.process = await ShopProcess.start({ ...this.#plan, env: { ...this.#plan.env, ...env } })
    return this.process
  }
}

class RunningFleet implements Fleet {
  readonly exits: Exit[] = []
  readonly #options: FleetOptions
  #members: readonly Member[]
  readonly #followers: Follower[] = []
  readonly #startedAt = new Date().toISOString()
  #stopped: Promise<readonly Exit[]> | undefined
  readonly #guard = new Guard()

  readonly #urlOf: UrlOf

  constructor(options: FleetOptions, members: readonly Member[], urlOf: UrlOf) {
    this.#options = options
    this.#members = members
    this.#urlOf = urlOf
  }

  async start(): Promise<Fleet> {
    this.#options.signal?.addEventListener('abort', () => void this.stop(), { once: true })
    try {
      for (const member of this.#members) this.#follow(member)
      await Promise.all(this.#members.map((member) => this.#launch(member)))
      return this
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  get services(): readonly FleetService[] {
    return this.#members.map(({ name, instance, process, claim, url, logFile }) => ({
      ...{ name, instance, pid: process?.pid ?? 0, port: claim.port, url, logFile },
    }))
  }

  url(name: string): string {
    return this.#find(name, 0).url
  }

  async waitReady(deadlineMs = READY_MS): Promise<void> {
    const deadline = performance.now() + deadlineMs
    const running = this.#members.flatMap((member) =>
      member.process === undefined || member.process.exit?.asked ? [] : [{ ...member, process: member.process }],
    )
    await Promise.all(running.map((member) => untilReady(member, deadline)))
  }

  async kill(name: string, instance = 0, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { process } = this.#find(name, instance)
    process?.signal(signal)
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await process?.ended
  }

  async restart(name: string, instance = 0, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const member = this.#find(name, instance)
    await member.process?.stop(STOP_MS)
    await this.#launch(member, env)
  }

  async scale(name: string, instances: number): Promise<void> {
    const own = this.#members.filter((member) => member.name === name)
    const wish = wishesOf(this.#options).find((one) => one.name === name)
    if (wish === undefined) throw new RangeError(`There is no ${name} in this fleet.`)
    const added: Member[] = []
    for (let instance = own.length; instance < instances; instance++) {
      const claim = await claimFor(this.#options, wish, instance)
      added.push(new Member(this.#options, { wish, instance, claim }, this.#urlOf))
    }
    const surplus = own.slice(Math.max(1, instances))
    this.#members = [...this.#members.filter((member) => !surplus.includes(member)), ...added]
    for (const member of added) this.#follow(member)
    await Promise.all(added.map((member) => this.#launch(member)))
    await Promise.all(surplus.map(({ process }) => process?.stop(STOP_MS)))
    this.#record()
  }

  stop(): Promise<readonly Exit[]> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<readonly Exit[]> {
    await Promise.all(this.#members.map(({ process }) => process?.stop(STOP_MS)))
    for (const { claim } of this.#members) claim.release()
    this.#guard.close()
    for (const follower of this.#followers) follower.stop()
    if (this.#options.shopFile !== undefined) removeShopFile(this.#options.shopFile)
    return this.exits
  }

  async #launch(member: Member, env?: Readonly<Record<string, string>>): Promise<void> {
    if (this.#stopped !== undefined) throw new LabError('stopped', 'The shop is being stopped.', '')
    const process = await member.start(env)
    this.#guard.watch(process.pid)
    void process.ended.then((exit) => {
      this.#guard.forget(process.pid)
      this.exits.push(exit)
      this.#options.onExit?.(exit)
    })
    this.#record()
  }

  /** Its log begins empty. */
  #follow({ name, instance, logFile }: Member): void {
    writeFileSync(logFile, '')
    const { onLine } = this.#options
    if (onLine !== undefined) this.#followers.push(followFile(logFile, (line) => onLine(name, instance, line)))
  }

  #record(): void {
    const { shopFile } = this.#options
    if (shopFile === undefined) return
    const services = this.services.map(({ logFile: _, ...service }) => service).filter(({ pid }) => pid > 0)
    writeShopFile(shopFile, { pid: process.pid, startedAt: this.#startedAt, services })
  }

  #find(name: string, instance: number): Member {
    const found = this.#members.find((member) => member.name === name && member.instance === instance)
    if (found === undefined) throw new RangeError(`There is no ${name}, instance ${instance}, in this fleet.`)
    return found
  }
}
