import type { TestContext } from 'node:test'
import { freezeBroker, killBroker } from './broker-faults.ts'
import { borrowClock, type Clock, moveClock, putRight } from './clock.ts'
import { crashEverywhere } from './crashes.ts'
import { fillDisk, mountSmallDisk, type SmallDisk } from './disk.ts'
import { publishAgain, rewind } from './duplicates.ts'
import { calm, during } from './latency.ts'
import { poisonTopics, tooBigIsRefused } from './poison.ts'
import { freeze, rebalanceStorm } from './processes.ts'
import { loneKill } from './recovery.ts'
import { type Rig, type Service, services } from './rig.ts'

/** Power cuts and zombies, one behind the other: two of one kind at once would hide each other. */
const weather = async (rig: Rig): Promise<void> => {
  const victims = rig.random.shuffle(rig.places)
  await freeze(rig, victims[0]!)
  await killBroker(rig)
  await freeze(rig, victims[1 % victims.length]!)
  await killBroker(rig)
  await freeze(rig, victims[2 % victims.length]!)
}

/** Bar of the whole: every service at every labelled point, or so many of them; two broker deaths, three zombies. */
export const killsAndWeather = async (rig: Rig, points?: number): Promise<void> => {
  await Promise.all([crashEverywhere(rig, points === undefined ? {} : { points }), weather(rig)])
}

/** Everything twice: whole groups read from the first record again, events are published again, instances come and go. */
export const duplicatesAndStorms = async (rig: Rig, storm: Service): Promise<void> => {
  await freezeBroker(rig, 2_000)
  for (const service of services) await rewind(rig, service)
  await publishAgain(rig, ['order-created', 'payment-success', 'stock-reserved'], 60)
  await rebalanceStorm(rig, { service: storm, instance: 1 }, 2)
}

/** A short one for a second database: two points of each process, one power cut, one zombie. */
export const someKills = async (rig: Rig): Promise<void> => {
  await Promise.all([
    crashEverywhere(rig, { points: 2 }),
    killBroker(rig).then(() => freeze(rig, { service: 'payment', instance: 1 })),
  ])
}

export const POISONED = 100

/** A calm while to compare with, and then as long with a poisoned record every 50 ms. */
export const poisoned = async (rig: Rig, ms: number): Promise<void> => {
  await calm(rig, ms)
  await during(rig, 'poison', () => poisonTopics(rig, POISONED, ms))
  await tooBigIsRefused(rig)
}

/** A lone `kill -9`, with a supervisor and without one. */
export const recovery = async (rig: Rig): Promise<void> => {
  await loneKill(rig, { service: 'payment', instance: 0 }, { restart: true })
  await loneKill(rig, { service: 'payment', instance: 0 }, { restart: false })
}

/** What this machine lets us do to a disk and a clock; `missing` says why not. */
export interface Surroundings {
  readonly env: Readonly<Partial<Record<Service, Readonly<Record<string, string>>>>>
  readonly disks: readonly (readonly [Service, SmallDisk])[]
  readonly clock: Clock | null
  readonly missing: readonly string[]
  leave(): Promise<void>
}

const DISK_VICTIMS = ['inventory', 'order'] as const

export const surroundings = async (dir: string): Promise<Surroundings> => {
  const clock = borrowClock(dir)
  const mounted = await Promise.all(
    DISK_VICTIMS.map(async (service) => [service, await mountSmallDisk(`${dir}/disk-${service}`)] as const),
  )
  const disks = mounted.flatMap(([service, disk]) => ('path' in disk ? [[service, disk] as const] : []))
  const missing = [clock, mounted[0]![1]].flatMap((one) => ('why' in one ? [one.why] : []))
  const envOf = (service: Service): Record<string, string> => {
    const disk = disks.find(([name]) => name === service)?.[1]
    return { ...('env' in clock ? clock.env : {}), ...(disk === undefined ? {} : { DATA_DIR: disk.path }) }
  }
  return {
    disks,
    missing,
    env: Object.fromEntries(services.map((service) => [service, envOf(service)])),
    clock: 'env' in clock ? clock : null,
    leave: async () => {
      for (const [, disk] of disks) await disk.unmount()
    },
  }
}

/** Full disks and clocks that jump, where there are any to be had. */
export const hostileMachine = async (rig: Rig, { disks, clock }: Surroundings): Promise<void> => {
  for (const [service, disk] of disks) await fillDisk(rig, disk, service)
  if (clock === null) return
  for (const hours of [2, -2]) await moveClock(rig, clock, hours)
  putRight(clock)
}

/** Says in a test's output what could not be tried here. */
export const sayMissing = (t: TestContext, { missing }: Surroundings): void => {
  for (const why of missing) t.diagnostic(`left out: ${why}`)
}
