import type { BreakableShop, Member } from '../breakable-shop.ts'
import { doorOf, mendHeard } from './door.ts'
import { type Lever, type Look, memberAt, notConfirmed, requireRunning, type Settings } from './lever.ts'
import { noDoors } from './switches.ts'

interface Armed {
  readonly settings: Settings
  /** The life that is to end. */
  pid: number
  crashes: number
  /** When the dead one is started again, `performance.now()`. */
  startsAt: number | null
}

/** `crash`: arms a point, sees the process die there, starts it again, and arms it anew until all crashes are done. */
export const crashLever = (shop: BreakableShop): Lever => {
  let armed: Armed | null = null

  const arm = async (member: Member, { point, nth }: Settings): Promise<void> => {
    const state = await doorOf(member, shop.token ?? '').set('crash', { point, nth }, undefined)
    if (!state.on) throw notConfirmed(`${member.name} says that it is off`)
  }

  /** The process is down: counts it once, and starts it when its time has come. */
  const revive = async (work: Armed, member: Member): Promise<Look> => {
    if (work.startsAt === null) {
      work.crashes += 1
      work.startsAt = performance.now() + Number(work.settings.restartAfter) * 1_000
    }
    if (performance.now() < work.startsAt) return { injected: work.crashes, isOver: false }
    await shop.start(member)
    if (work.crashes >= Number(work.settings.times)) {
      armed = null
      return { injected: work.crashes, isOver: true }
    }
    const next = memberAt(shop, work.settings)
    work.pid = next.pid
    work.startsAt = null
    await arm(next, work.settings)
    return { injected: work.crashes, isOver: false }
  }

  return {
    unavailable: () => noDoors(shop),
    targetOf: ({ service }) => String(service),
    inject: async (settings) => {
      const member = requireRunning(memberAt(shop, settings))
      await arm(member, settings)
      armed = { settings, pid: member.pid, crashes: 0, startsAt: null }
      return 0
    },
    mend: async () => {
      if (armed === null) return
      const { settings } = armed
      const member = memberAt(shop, settings)
      const lives = () => shop.members().some(({ pid, isRunning }) => isRunning && pid === member.pid)
      if (member.isRunning) await mendHeard(doorOf(member, shop.token ?? ''), 'crash', lives)
      armed = null
      const now = memberAt(shop, settings)
      if (!now.isRunning) await shop.start(now)
    },
    look: async () => {
      const work = armed
      if (work === null) return { injected: 0, isOver: true }
      const member = memberAt(shop, work.settings)
      const lives = member.isRunning && member.pid === work.pid
      return lives ? { injected: work.crashes, isOver: false } : revive(work, member)
    },
  }
}
