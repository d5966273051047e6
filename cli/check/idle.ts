import type { Bus } from '../../kit/kafka/bus.ts'
import { evictMembers, groupsOfShops } from './clean.ts'
import { KitFault } from './verdict.ts'

/** Longer than the interval at which common clients send their heartbeat: a living member is back by then. */
const BACK_WITHIN = 5_000
const LOOK_EVERY = 250

/**
 * Before the first scenario nothing of the kit runs, so members of a shop's groups are either the remains of something that was killed, or another
 * shop at work, whose topics must not be deleted. Both are told that they are out; only the living come back.
 */
export async function requireNoShop(bus: Bus, brokers: readonly string[]): Promise<void> {
  const manned = async () => (await groupsOfShops(bus)).filter(({ members }) => members.length > 0)
  const found = await manned()
  if (found.length === 0) return
  await Promise.all(found.map(({ group }) => evictMembers(bus, brokers, group)))
  const end = performance.now() + BACK_WITHIN
  while (performance.now() < end) {
    const [back] = await manned()
    if (back !== undefined) throw inUse(back.group, back.members[0]?.clientId)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}

function inUse(group: string, clientId = 'unknown'): KitFault {
  return new KitFault(
    'kit.group-in-use',
    `another shop is at work on this broker: the group ${group} has a living member (${clientId})`,
    'Stop it first (Ctrl-C where it runs, or `lab down`): a check needs the seven core topics for itself.',
  )
}
