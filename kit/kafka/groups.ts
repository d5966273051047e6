import type { GroupDescription } from 'kafkajs'
import type { AdminLine } from './admin.ts'
import { type Bus, type BusOptions, type GroupInfo, KafkaFault, type PartitionLag } from './bus.ts'
import { commitAs } from './commit-as.ts'
import { faultFrom } from './fault.ts'
import kafkajs from './kafkajs.ts'
import { requireTopics, watermarks } from './topics.ts'

type GroupMethods = Pick<Bus, 'groups' | 'group' | 'deleteGroup' | 'lag' | 'setOffsets'>

/** "No such group": deleting it again is no fault. */
const GROUP_ID_NOT_FOUND = 69

export function createGroupMethods(bus: BusOptions, line: AdminLine): GroupMethods {
  return {
    groups: async () => {
      const { groups } = await line.ask('list groups', (admin) => admin.listGroups())
      return groups.length === 0
        ? []
        : describe(
            line,
            groups.map((group) => group.groupId),
          )
    },
    group: async (group) => (await describe(line, [group]))[0]!,
    deleteGroup: (group) => remove(line, group),
    lag: (group, topics) => lagOf(line, group, topics),
    setOffsets: async (group, topic, offsets) => {
      await requireTopics(line, [topic])
      await refuseWhileActive(line, group)
      await commitAs(bus, group, topic, offsets)
    },
  }
}

async function describe(line: AdminLine, names: string[]): Promise<GroupInfo[]> {
  const { groups } = await line.ask(`describe groups ${names.slice(0, 5).join(', ')}`, (admin) =>
    admin.describeGroups(names),
  )
  return groups.map(groupInfo)
}

function groupInfo({ groupId, state, members, protocolType }: GroupDescription): GroupInfo {
  const isConsumer = protocolType === 'consumer'
  return {
    group: groupId,
    state,
    members: members.map(({ memberId, clientId, memberAssignment }) => ({
      memberId,
      clientId,
      assignment:
        (isConsumer ? kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment : null) ?? {},
    })),
  }
}

async function remove(line: AdminLine, group: string): Promise<void> {
  await line.ask(`delete group ${group}`, (admin) =>
    admin.deleteGroups([group]).then(
      () => undefined,
      (error: { groups?: readonly { errorCode?: number }[] }) => {
        if (!error.groups?.every((one) => one.errorCode === GROUP_ID_NOT_FOUND))
          throw faultFrom(error, `delete group ${group}`)
      },
    ),
  )
}

async function lagOf(line: AdminLine, group: string, topics?: readonly string[]): Promise<PartitionLag[]> {
  if (topics) await requireTopics(line, topics)
  const committed = await line.ask(`read the offsets of group ${group}`, (admin) =>
    admin.fetchOffsets(topics ? { groupId: group, topics: [...topics] } : { groupId: group }),
  )
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const at = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
      const { partitions: marks } = await watermarks(line, topic)
      return marks
        .filter(({ partition }) => at.has(partition))
        .map((mark) => lagAt(topic, mark, at.get(mark.partition)!))
    }),
  )
  return lags.flat()
}

/** A group that never committed has everything still before it. */
function lagAt(topic: string, mark: { partition: number; low: bigint; high: bigint }, offset: bigint): PartitionLag {
  const committed = offset < 0n ? null : offset
  const from = committed === null || committed < mark.low ? mark.low : committed
  return { topic, partition: mark.partition, committed, high: mark.high, lag: mark.high > from ? mark.high - from : 0n }
}

async function refuseWhileActive(line: AdminLine, group: string): Promise<void> {
  const [info] = await describe(line, [group])
  if (info!.members.length === 0) return
  throw new KafkaFault(
    'group-active',
    `Group ${group} has ${info!.members.length} active member(s); stop them before you move its offsets.`,
  )
}
