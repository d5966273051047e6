import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, type FleetService, startFleet } from '../../../cli/shop/fleet.ts'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { createJournal, type Journal } from './journal.ts'
import { type Random, seeded } from './random.ts'

export const services = ['order', 'payment', 'inventory', 'notification'] as const
export type Service = (typeof services)[number]

/** One process of the shop. */
export interface Place {
  readonly service: Service
  readonly instance: number
}

export interface RigOptions {
  readonly seed: number
  /** Everything of the run goes here; the caller deletes it. */
  readonly dir: string
  /** Default: one of each. */
  readonly instances?: Readonly<Partial<Record<Service, number>>>
  /** PostgreSQL URLs; default: a SQLite file a service. */
  readonly databases?: Readonly<Record<Service, string>>
  /** Over the rig's own, by service. */
  readonly env?: Readonly<Partial<Record<Service, Readonly<Record<string, string>>>>>
}

/** A shop, a broker and a journal of our own, and nothing shared with anybody. */
export interface Rig {
  readonly dir: string
  readonly broker: ThrowawayBroker
  readonly fleet: Fleet
  readonly bus: Bus
  readonly journal: Journal
  readonly random: Random
  /** What the shelves held at first. */
  readonly stock: Readonly<Record<string, number>>
  readonly crashLog: string
  /** Where a service's database is: a path or a PostgreSQL URL. */
  databaseOf(service: Service): string
  processOf(place: Place): FleetService
  isDown(place: Place): boolean
  /** A number that no customer has had. */
  nextCustomer(): number
  readonly places: readonly Place[]
  stop(): Promise<void>
}

/** Short, so that a lost member costs a test little; the broker of the lab allows it. */
export const SESSION_MS = 1_500
const PARTITIONS = 3
/** Plenty, and one that runs out. */
const STOCK = { '201': 100_000, '202': 20 }
const DECLINED = 0.15

const environment = (crashLog: string): Record<string, string> => ({
  SESSION_TIMEOUT_MS: String(SESSION_MS),
  RETRY_FIRST_DELAY_MS: '20',
  TOPIC_PARTITIONS: String(PARTITIONS),
  STOCK: JSON.stringify(STOCK),
  PAYMENT_FAIL_RATE: String(DECLINED),
  CRASH_LOG: crashLog,
  LOG_LEVEL: 'warn',
  NODE_COMPILE_CACHE: join(tmpdir(), 'lab-compile-cache'),
})

export const startRig = async (options: RigOptions): Promise<Rig> => {
  mkdirSync(options.dir, { recursive: true })
  const crashLog = join(options.dir, 'crashes.jsonl')
  const broker = await startBroker({ dir: join(options.dir, 'kafka') })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'nemesis', log: () => {} })
  const wishes = services.map((name) => ({
    name,
    instances: options.instances?.[name] ?? 1,
    env: {
      ...(options.databases === undefined ? {} : { DATABASE_URL: options.databases[name] }),
      ...options.env?.[name],
    },
  }))
  const data = join(options.dir, 'data')
  const end = async (fleet?: Fleet): Promise<void> => {
    await fleet?.stop()
    await bus.close()
    await broker.thaw()
    await broker.stop()
  }
  let fleet: Fleet | undefined
  try {
    fleet = await startFleet({
      brokers: [broker.brokers],
      dir: data,
      logDir: join(options.dir, 'logs'),
      ports: 'free',
      services: wishes,
      env: environment(crashLog),
    })
    const forget = killWithUs(fleet)
    await fleet.waitReady()
    const started = fleet
    const stop = (): Promise<void> => end(started).finally(forget)
    return assemble({ ...options, broker, bus, fleet, crashLog, data, stop })
  } catch (error) {
    await end(fleet)
    throw error
  }
}

/** A run that is broken off (a deadline of the test runner, a Ctrl-C) leaves no process behind, frozen ones neither. */
const killWithUs = (fleet: Fleet): (() => void) => {
  const onSignal = (signal: NodeJS.Signals): void => {
    forget()
    for (const { pid } of fleet.services) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It was dead already, as many are here.
      }
    }
    process.kill(process.pid, signal)
  }
  const forget = (): void => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return forget
}

interface Running extends RigOptions {
  readonly broker: ThrowawayBroker
  readonly bus: Bus
  readonly fleet: Fleet
  readonly crashLog: string
  readonly data: string
  readonly stop: () => Promise<void>
}

const assemble = ({ dir, seed, broker, bus, fleet, crashLog, data, databases, env, stop }: Running): Rig => {
  let customers = 0
  const processOf = ({ service, instance }: Place): FleetService =>
    fleet.services.find((one) => one.name === service && one.instance === instance)!
  return {
    dir,
    broker,
    fleet,
    bus,
    crashLog,
    stop,
    processOf,
    nextCustomer: () => customers++,
    journal: createJournal(join(dir, 'history.jsonl')),
    random: seeded(seed),
    stock: STOCK,
    databaseOf: (service) => databases?.[service] ?? join(env?.[service]?.DATA_DIR ?? data, `${service}.db`),
    isDown: (place) => fleet.exits.some(({ pid }) => pid === processOf(place).pid),
    places: fleet.services.map(({ name, instance }) => ({ service: name as Service, instance })),
  }
}

export const nameOf = ({ service, instance }: Place): string => `${service}#${instance}`
