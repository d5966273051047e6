import type { Bus } from '../../kit/kafka/bus.ts'
import { LabError, wrongUsage } from '../command.ts'

/** Where a group is to go on reading. */
export type Target =
  | { readonly kind: 'earliest' }
  /** Clamped to what each partition keeps. */
  | { readonly kind: 'offset'; readonly offset: bigint; readonly partition: number | undefined }
  /** The first event at or after it, ms since 1970. */
  | { readonly kind: 'time'; readonly time: number }

/** A partition's part of a rewind. */
export interface Move {
  readonly partition: number
  /** Where the group would have gone on; `null` where it never committed. */
  readonly from: bigint | null
  readonly to: bigint
  /** Events that it will read again; negative: events that it will skip. */
  readonly again: bigint
}

/** Says what moving the group would mean, without doing it. Throws where the group or the topic does not exist or the group is active. */
export async function planRewind(bus: Bus, group: string, topic: string, target: Target): Promise<Move[]> {
  await requireStopped(bus, group)
  const [info] = await bus.topics([topic])
  if (info === undefined) throw wrongUsage(`There is no topic ${topic}.`, "'lab topics' lists those that exist.")
  const times = target.kind === 'time' ? await bus.offsetsAt(topic, target.time) : undefined
  const committed = new Map((await bus.lag(group, [topic])).map((lag) => [lag.partition, lag.committed]))
  const moves = info.partitions.flatMap(({ partition, low, high }) => {
    if (target.kind === 'offset' && target.partition !== undefined && target.partition !== partition) return []
    const wanted = target.kind === 'offset' ? target.offset : (times?.get(partition) ?? low)
    const to = within(wanted, low, high)
    const from = committed.get(partition) ?? null
    return [{ partition, from, to, again: (from ?? low) - to }]
  })
  if (moves.length > 0) return moves.sort((a, b) => a.partition - b.partition)
  throw wrongUsage(`${topic} has no such partition.`, `Its partitions are 0 to ${info.partitions.length - 1}.`)
}

function within(offset: bigint, low: bigint, high: bigint): bigint {
  if (offset < low) return low
  return offset > high ? high : offset
}

export function rewind(bus: Bus, group: string, topic: string, moves: readonly Move[]): Promise<void> {
  return bus.setOffsets(group, topic, new Map(moves.map(({ partition, to }) => [partition, to])))
}

async function requireStopped(bus: Bus, group: string): Promise<void> {
  const known = (await bus.groups()).find((one) => one.group === group)
  if (known === undefined) {
    throw wrongUsage(`There is no consumer group ${group}.`, "'lab lag' lists those that exist.")
  }
  if (known.members.length === 0) return
  const members = known.members.map(({ clientId }) => clientId).join(', ')
  throw new LabError(
    'group-active',
    `Group ${group} is at work: ${members}. Its offsets can only be moved while nobody reads for it.`,
    "Stop these first, then run this again, then start them. For the lab's own shop: Ctrl-C where 'lab demo' runs\n" +
      "(Kafka must stay: 'lab demo --keep', or 'lab up' before it).",
    { exit: 2 },
  )
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** ISO 8601 (`2026-05-01T12:00:00Z`; without a zone: local time), or how long ago: `90s`, `10m`, `2h`, `1d`. Ms since 1970. */
export function readTime(text: string, now: number): number {
  const ago = /^(\d+)([smhd])$/.exec(text.trim())
  if (ago !== null) return now - Number(ago[1]) * UNITS[ago[2] as keyof typeof UNITS]
  const time = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN
  if (Number.isNaN(time))
    throw new RangeError('a time such as 2026-05-01T12:00:00Z, or how long ago, such as 10m, is needed.')
  return time
}
