import { setTimeout as pause } from 'node:timers/promises'
import { type Bus, type GroupInfo, KafkaFault } from '../../kit/kafka/bus.ts'
import { GROUPS, PARTITIONS, TOPICS } from './contract.ts'
import { evict } from './evict.ts'
import { KitFault } from './verdict.ts'

/** Longest session timeout that common clients have by default is 45 s. */
const GROUP_DEADLINE = 60_000
/** Readers of the kit: this check's own, and those by which it looks on. A name of the shop's own may begin with `lab-`, too. */
const OURS = /^(lab-(check|tail|ends|watch|hub|dlq-replay)|read)-/
export const isKits = (group: string): boolean => OURS.test(group)

const FIXED = new Set(Object.values(GROUPS))

/** `clean`: the seven topics, empty. `absent`: none of them. Other topics and groups of the broker are never touched. */
export async function cleanTopics(bus: Bus, brokers: readonly string[], state: 'clean' | 'absent'): Promise<void> {
  await removeGroups(bus, brokers)
  await bus.deleteTopics(TOPICS)
  if (state === 'absent') return
  // The broker unpacks whatever compression a client uses, so that every reader can read every writer.
  const config = { 'compression.type': 'uncompressed' }
  await bus.createTopics(TOPICS.map((topic) => ({ topic, partitions: PARTITIONS, config })))
}

/** A group that read core topics would start in the middle of the new ones, or hold partitions in the name of the dead. */
async function removeGroups(bus: Bus, brokers: readonly string[]): Promise<void> {
  const stale = await groupsOfShops(bus)
  await Promise.all(stale.map((group) => removeGroup(bus, brokers, group.group)))
}

/** Groups with the contract's names, and whatever other group has to do with core topics (the order service's name is free). */
export async function groupsOfShops(bus: Bus): Promise<GroupInfo[]> {
  const groups = (await bus.groups()).filter(({ group }) => !isKits(group))
  const known = await bus.partitions()
  const core = TOPICS.filter((topic) => known.has(topic))
  const used = await Promise.all(
    groups.map(
      async (group) => FIXED.has(group.group) || readsCore(group) || (await hasCommitted(bus, group.group, core)),
    ),
  )
  return groups.filter((_, i) => used[i])
}

function readsCore(group: GroupInfo): boolean {
  return group.members.some((member) => Object.keys(member.assignment).some((topic) => TOPICS.includes(topic as never)))
}

async function hasCommitted(bus: Bus, group: string, core: readonly string[]): Promise<boolean> {
  if (core.length === 0) return false
  const lags = await bus.lag(group, core).catch(() => [])
  return lags.some((lag) => lag.committed !== null)
}

async function removeGroup(bus: Bus, brokers: readonly string[], group: string): Promise<void> {
  const deadline = performance.now() + GROUP_DEADLINE
  for (;;) {
    await evictMembers(bus, brokers, group)
    try {
      await bus.deleteGroup(group)
      return
    } catch (error) {
      if (!(error instanceof KafkaFault) || error.code !== 'group-active') throw error
    }
    if (performance.now() > deadline) {
      throw new KitFault(
        'kit.group-in-use',
        `the group ${group} has members that this check did not start`,
        'Another copy of the shop is running on this broker. Stop it (Ctrl-C where it runs, or `lab down`), then check again.',
      )
    }
    await pause(250)
  }
}

/** All processes that the kit started are gone by now, so members that are left are dead ones. */
export async function evictMembers(bus: Bus, brokers: readonly string[], group: string): Promise<void> {
  const { members } = await bus.group(group)
  const broker = brokers[0]
  if (broker === undefined) return
  await Promise.all(members.map((member) => evict(broker, group, member.memberId)))
}
