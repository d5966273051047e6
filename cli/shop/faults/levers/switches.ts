import type { BreakableShop, Member } from '../breakable-shop.ts'
import type { Toggle } from '../toggle.ts'
import { doorOf, mendHeard } from './door.ts'
import { type Lever, membersOf, notConfirmed, type Settings } from './lever.ts'

export const noDoors = (shop: BreakableShop): string | undefined =>
  shop.token === null
    ? "It works inside the service, and only those of the reference shop ('lab demo') let the lab in."
    : undefined

/** Settings of the desk that mean nothing to a service; `seed` goes on only where something is drawn. */
export const ownSettings = (
  { id }: Toggle,
  { service: _, instance: _i, forSeconds: _f, seed, ...own }: Settings,
): object => (DRAWN.includes(id) ? { ...own, seed } : own)

const DRAWN: readonly string[] = ['decline', 'flaky', 'ship-refuse', 'carrier-late']

interface Working {
  readonly service: string
  readonly settings: object
  readonly mendsAt: number | undefined
  /** How often it struck in each process: a restart begins at 0. */
  readonly counts: Map<number, number>
}

/** A switch inside a service: in all its processes, and again in each that starts anew while it is on. */
export const switchLever = (toggle: Toggle, shop: BreakableShop): Lever => {
  let working: Working | null = null
  const serviceOf = ({ service }: Settings): string => String(service ?? toggle.targets[0])
  const door = (member: Member) => doorOf(member, shop.token ?? '')
  const running = (service: string) => membersOf(shop, service).filter(({ isRunning }) => isRunning)

  const forMs = ({ mendsAt }: Working): number | undefined =>
    mendsAt === undefined ? undefined : Math.max(1, Math.round(mendsAt - Date.now()))

  const arm = async (member: Member, work: Working): Promise<void> => {
    const state = await door(member).set(toggle.id, work.settings, forMs(work))
    if (!state.on) throw notConfirmed(`${member.name} says that it is off`)
    work.counts.set(member.pid, state.injected)
  }

  /** True when this process says that the toggle is off, although it was on. */
  const lookAt = async (member: Member, work: Working): Promise<boolean> => {
    const { pid, faults } = await door(member).state()
    const state = faults.find(({ id }) => id === toggle.id)
    if (state === undefined) return false
    if (!work.counts.has(pid)) {
      await arm(member, work)
      return false
    }
    work.counts.set(pid, state.injected)
    return !state.on
  }

  const sum = ({ counts }: Working): number => [...counts.values()].reduce((all, one) => all + one, 0)

  return {
    unavailable: () => noDoors(shop),
    targetOf: serviceOf,
    inject: async (settings, mendsAt) => {
      const service = serviceOf(settings)
      const members = running(service)
      if (members.length === 0) throw notConfirmed(`${service} does not run`)
      working = { service, settings: ownSettings(toggle, settings), mendsAt, counts: new Map() }
      for (const member of members) await arm(member, working)
      return sum(working)
    },
    mend: async () => {
      if (working === null) return
      const { service } = working
      const told = await Promise.allSettled(
        running(service).map((member) =>
          mendHeard(door(member), toggle.id, () => running(service).some(({ pid }) => pid === member.pid)),
        ),
      )
      const failed = told.find((one) => one.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      working = null
    },
    look: async () => {
      const work = working
      if (work === null) return { injected: 0, isOver: true }
      // One that is frozen or just starting is asked again soon.
      const off = await Promise.all(running(work.service).map((member) => lookAt(member, work).catch(() => false)))
      return { injected: sum(work), isOver: off.length > 0 && off.every(Boolean) }
    },
  }
}
