import type { Bus, PartitionLag } from '../../kit/kafka/bus.ts'
import { wrongUsage } from '../command.ts'

export interface GroupLag {
  readonly group: string
  /** As the broker names it: Stable (at work), Empty (nobody reads), … */
  readonly state: string
  readonly members: number
  readonly lag: bigint
  readonly partitions: readonly PartitionLag[]
}

/** Groups that only listen for a moment, and the replay's bookmark, tell nothing about the services. */
const OURS = /^(lab-(ends|watch|tail|dlq-replay)|read-)/

/** Every group, or the one named. Throws wrong usage where that does not exist. */
export async function readLag(bus: Bus, wanted: string | undefined): Promise<GroupLag[]> {
  const groups = await bus.groups()
  const chosen = groups.filter(({ group }) => (wanted === undefined ? !OURS.test(group) : group === wanted))
  if (chosen.length === 0 && wanted !== undefined) {
    throw wrongUsage(`There is no consumer group ${wanted}.`, `There are: ${namesOf(groups)}.`)
  }
  const lags = await Promise.all(
    chosen.map(async ({ group, state, members }) => {
      const partitions = (await bus.lag(group)).sort(byPlace)
      const lag = partitions.reduce((sum, one) => sum + one.lag, 0n)
      return { group, state, members: members.length, lag, partitions }
    }),
  )
  return lags.sort((a, b) => a.group.localeCompare(b.group))
}

function byPlace(a: PartitionLag, b: PartitionLag): number {
  return a.topic.localeCompare(b.topic) || a.partition - b.partition
}

function namesOf(groups: readonly { readonly group: string }[]): string {
  const names = groups.map(({ group }) => group).filter((group) => !OURS.test(group))
  return names.length === 0 ? 'none yet' : names.sort().join(', ')
}
