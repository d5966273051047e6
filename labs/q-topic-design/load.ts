/** A short load with the names, keys and partitions of the design, on the real broker: where do the records go, and who keeps up? */
import type { Random } from '../../cli/check/random.ts'
import type { Shop } from '../../cli/check/shop.ts'
import { type Finding, when } from './finding.ts'
import { peakOf, readersOf } from './rules/partitions.ts'
import type { Topic, TopicsFile } from './shapes.ts'
import { PEAK, READER, WHOLESALER } from './task.ts'

/** Of the busiest minute, so many seconds are played. */
export const SECONDS = 2
/** The lab's broker is one machine: more partitions than these prove nothing new. */
const MOST_PARTITIONS = 60

/** What the broker held after the load. Partitions are in order. */
export interface Loaded {
  readonly topic: string
  readonly key: string
  readonly records: readonly number[]
  readonly readers: readonly { readonly service: string; readonly perSecond: number; readonly lag: readonly number[] }[]
}

/** Makes the topics under a name of their own, publishes what `SECONDS` of the peak bring, and reads what the groups lag behind. */
export async function playLoad(shop: Shop, file: TopicsFile): Promise<Loaded[]> {
  const run = `q-${shop.random.id().slice(0, 8)}.`
  const orders = Array.from({ length: PEAK * SECONDS }, () => makeOrder(shop.random))
  const names = file.topics.map(({ name }) => `${run}${name}`)
  const groups: string[] = []
  try {
    const specs = file.topics.map((topic) => ({ topic: `${run}${topic.name}`, partitions: partitionsOf(topic) }))
    await shop.bus.createTopics(specs)
    const begins = await warmUp(shop, specs)
    const records = file.topics.flatMap((topic) => recordsOf(topic, orders, run, shop.random))
    await shop.publish(`${SECONDS} seconds of the peak, ${orders.length} orders`, records)
    const loaded: Loaded[] = []
    for (const topic of file.topics) loaded.push(await lookAt(shop, topic, { file, run, groups, begins }))
    return loaded
  } finally {
    await Promise.allSettled(groups.map((group) => shop.bus.deleteGroup(group)))
    await shop.bus.deleteTopics(names).catch(() => {})
  }
}

type Ends = ReadonlyMap<string, ReadonlyMap<number, bigint>>

/** Partitions that are new take records twice until all know who leads them. One record each, and the count begins behind it. */
async function warmUp(shop: Shop, specs: readonly { topic: string; partitions: number }[]): Promise<Ends> {
  const record = (topic: string) => ({ topic, key: null, value: 'warm-up' })
  await shop.publish(
    'one record to each new partition',
    specs.flatMap(({ topic, partitions }) => Array.from({ length: partitions }, () => record(topic))),
  )
  const infos = await shop.bus.topics(specs.map(({ topic }) => topic))
  return new Map(infos.map(({ topic, partitions }) => [topic, new Map(partitions.map((p) => [p.partition, p.high]))]))
}

const partitionsOf = ({ partitions }: Topic): number => Math.min(partitions, MOST_PARTITIONS)

type Order = Readonly<Record<string, string>>

function makeOrder(random: Random): Order {
  const customerId = random.next() < WHOLESALER ? 'wholesaler' : random.id()
  return { orderId: random.id(), customerId }
}

function recordsOf(topic: Topic, orders: readonly Order[], run: string, random: Random) {
  const times = peakOf(topic) / PEAK
  const record = (order: Order) => ({
    topic: `${run}${topic.name}`,
    key: order[topic.key ?? ''] ?? random.id(),
    value: JSON.stringify(order),
  })
  return Array.from({ length: times }, () => orders.map(record)).flat()
}

/** Each reading service is taken to have read what it can in the time; the lag behind that is the broker's own figure. */
async function lookAt(
  shop: Shop,
  topic: Topic,
  { file, run, groups, begins }: { file: TopicsFile; run: string; groups: string[]; begins: Ends },
): Promise<Loaded> {
  const name = `${run}${topic.name}`
  const [info] = await shop.bus.topics([name])
  const ends = (info?.partitions ?? []).toSorted((a, b) => a.partition - b.partition)
  const begin = (partition: number): bigint => begins.get(name)?.get(partition) ?? 0n
  const readers = []
  for (const service of readersOf(topic.name, file)) {
    const group = `${run}${topic.name}-${service}`
    const reads = BigInt(READER[service] * SECONDS)
    const readUpTo = (partition: number, high: bigint) => {
      const done = begin(partition) + reads
      return high < done ? high : done
    }
    const offsets = new Map(ends.map(({ partition, high }) => [partition, readUpTo(partition, high)]))
    groups.push(group)
    await shop.bus.setOffsets(group, name, offsets)
    const lags = (await shop.bus.lag(group, [name])).toSorted((a, b) => a.partition - b.partition)
    readers.push({ service, perSecond: READER[service], lag: lags.map(({ lag }) => Number(lag)) })
  }
  const records = ends.map(({ partition, high }) => Number(high - begin(partition)))
  return { topic: topic.name, key: topic.key ?? '', records, readers }
}

/** So many times its fair share makes a partition hot. */
const HOT = 2

/** A partition that gets more than its reader handles falls behind for as long as the peak lasts, whatever the other partitions do. */
export function judgeLoad(loaded: readonly Loaded[]): Finding[] {
  return loaded.flatMap(({ topic, key, records, readers }) => {
    const all = records.reduce((sum, count) => sum + count, 0)
    const most = Math.max(...records)
    const hot = records.indexOf(most)
    return readers.flatMap(({ service, perSecond, lag }) => {
      const behind = lag.reduce((sum, count) => sum + count, 0)
      if (behind === 0) return []
      const share = `partition ${hot} of ${records.length} got ${most} of ${all} records in ${SECONDS} s`
      const saw = `${topic}, key ${key}: ${share}; one reader of ${service} handles ${perSecond * SECONDS}, so the group lags ${behind} behind`
      const uneven = most > (all / records.length) * HOT
      return [...when(uneven, 'design.hot-partition', saw), ...when(!uneven, 'design.lag-grows', saw)]
    })
  })
}
