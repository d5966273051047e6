import { setTimeout as pause } from 'node:timers/promises'
import { LabError, wrongUsage } from '../../../command.ts'
import type { BreakableShop, Member } from '../breakable-shop.ts'

/** What a toggle is set to: checked by its schema already. */
export type Settings = Readonly<Record<string, unknown>>

export interface Look {
  readonly injected: number
  readonly isOver: boolean
}

/** The working part of one toggle in one shop. It holds what it needs to undo what it did. */
export interface Lever {
  /** Why it cannot be used in this shop, in one sentence. */
  unavailable(): string | undefined
  /** What these settings act on: a service, a topic, `kafka`. */
  targetOf(settings: Settings): string
  /** Breaks, and resolves with how often it has struck once that was seen. `mendsAt`: ms since 1970; undefined: it stays. */
  inject(settings: Settings, mendsAt: number | undefined): Promise<number>
  /** Undoes it, and resolves once that was seen. */
  mend(): Promise<void>
  /** How often it has struck by now, and whether it is over by itself. Absent: neither changes. */
  look?(): Promise<Look>
}

/** The effect did not show in time. */
export const notConfirmed = (what: string): LabError =>
  new LabError(
    'not-confirmed',
    `It was not seen to take effect: ${what}.`,
    "Does the shop run? 'lab status' tells, 'lab logs' what it said.",
  )

const EVERY_MS = 25

/** Waits until something holds; throws `not-confirmed` at the deadline. What throws meanwhile does not hold yet. */
export const seen = async (
  what: string,
  holds: () => Promise<boolean> | boolean,
  deadlineMs = 10_000,
): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (
    !(await Promise.resolve()
      .then(holds)
      .catch(() => false))
  ) {
    if (performance.now() > end) throw notConfirmed(`not within ${deadlineMs / 1_000} s: ${what}`)
    await pause(EVERY_MS)
  }
}

/** The processes of a service. Throws wrong usage where the shop has no such service or process. */
export const membersOf = (shop: BreakableShop, service: string): readonly Member[] => {
  const found = shop.members().filter(({ name }) => name === service)
  if (found.length > 0) return found
  const names = [...new Set(shop.members().map(({ name }) => name))]
  throw wrongUsage(`This shop has no service ${service}.`, `It has ${names.join(', ')}.`)
}

export const memberAt = (shop: BreakableShop, { service, instance = 0 }: Settings): Member => {
  const members = membersOf(shop, String(service))
  const found = members.find((member) => member.instance === instance)
  if (found !== undefined) return found
  throw wrongUsage(
    `${service} has no process ${instance}.`,
    `It has ${members.length}, counted from 0: --set instance=${members[0]?.instance}.`,
  )
}

export const requireRunning = (member: Member): Member => {
  if (member.isRunning) return member
  throw notConfirmed(`${member.name} does not run`)
}
