import type { Bus, GroupInfo, PartitionLag } from '../../../kit/kafka/bus.ts'
import { plain } from '../core/plain.ts'
import type { ShopModel } from '../model.ts'
import type { GroupState } from '../protocol.ts'

/** Groups of programs that only look, and bookmarks that never have members. */
const WATCHERS = /^(lab-|read-)/
const MOST = 20

export interface GroupLook {
  readonly states: readonly GroupState[]
  readonly lags: readonly {
    readonly group: string
    readonly service: string | null
    readonly partitions: readonly PartitionLag[]
  }[]
}

/**
 * Asks Kafka where the shop's consumer groups stand. `topics`: the shop's; a group that reads none of them is another's. `reads`: what each
 * service was seen to read before, as a group without members does not tell.
 */
export async function lookAtGroups(
  bus: Bus,
  model: ShopModel,
  topics: ReadonlySet<string>,
  reads: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<GroupLook> {
  const infos = (await bus.groups()).filter((info) => isOurs(info, model, topics)).slice(0, MOST)
  const services = servicesOf(infos, model)
  const lags = await Promise.all(
    infos.map(async ({ group }) => {
      const service = services.get(group) ?? null
      const read = [...(reads.get(service ?? '') ?? [])].filter((topic) => topics.has(topic))
      return { group, service, partitions: (await lagOf(bus, model, group, topics, read)).sort(byPlace) }
    }),
  )
  const states = infos.map((info, i) => stateOf(info, lags[i]?.service ?? null, lags[i]?.partitions ?? []))
  return { states: states.sort((a, b) => a.group.localeCompare(b.group)), lags }
}

/** Partitions without a commit are told only where their topic is named; there our services begin at the first record, a learner's where they like. */
async function lagOf(
  bus: Bus,
  { kind }: ShopModel,
  group: string,
  topics: ReadonlySet<string>,
  read: readonly string[],
): Promise<PartitionLag[]> {
  const committed = (await bus.lag(group)).filter(({ topic }) => topics.has(topic))
  if (kind !== 'reference' || read.length === 0) return committed
  return [...committed.filter(({ topic }) => !read.includes(topic)), ...(await bus.lag(group, read))]
}

function isOurs({ group, members }: GroupInfo, model: ShopModel, topics: ReadonlySet<string>): boolean {
  if (WATCHERS.test(group)) return false
  if (model.services.some((service) => service.group === group)) return true
  return members.some(({ assignment }) => Object.keys(assignment).some((topic) => topics.has(topic)))
}

/** By the group's name in the model; else a service's name within it; else the one service whose group is nobody's yet. */
function servicesOf(infos: readonly GroupInfo[], model: ShopModel): Map<string, string> {
  const found = new Map<string, string>()
  for (const { group } of infos) {
    const service =
      model.services.find((one) => one.group === group) ?? model.services.find(({ name }) => group.includes(name))
    if (service !== undefined) found.set(group, service.name)
  }
  const taken = new Set(found.values())
  const free = model.services.filter(({ name, group }) => group === null && !taken.has(name))
  const unknown = infos.filter(({ group }) => !found.has(group))
  if (free.length === 1 && unknown.length === 1) found.set(unknown[0]!.group, free[0]!.name)
  return found
}

function stateOf(
  { group, state, members }: GroupInfo,
  service: string | null,
  lags: readonly PartitionLag[],
): GroupState {
  const clients = members.map(({ clientId }) => clientId)
  const isUnique = new Set(clients).size === clients.length
  return {
    group: plain(group),
    service,
    state,
    lag: lags.reduce((sum, { lag }) => sum + Number(lag), 0),
    members: members.map(({ clientId, memberId, assignment }) => ({
      id: plain(isUnique ? clientId : memberId),
      partitions: assignment,
    })),
    lagByPartition: lags.map(({ topic, partition, lag }) => ({ topic, partition, lag: Number(lag) })),
  }
}

const byPlace = (a: PartitionLag, b: PartitionLag): number =>
  a.topic.localeCompare(b.topic) || a.partition - b.partition
