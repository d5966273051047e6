import { randomBytes } from 'node:crypto'
import type { Bus, LogRecord, OutgoingRecord } from '../../../../kit/kafka/bus.ts'
import { dice } from '../../../../kit/service/switches/dice.ts'
import { wrongUsage } from '../../../command.ts'
import { lastRecords } from '../last-records.ts'
import { POISON_HEADER, poisonKinds, poisonRecord } from '../poison-kinds.ts'
import { type Lever, type Settings, seen } from './lever.ts'

/** Header of a record that is in the log a second time because of us; its value says which turn it was. */
export const AGAIN_HEADER = 'published-again'

const asOutgoing = ({ topic, key, value, headers }: LogRecord, tag: string): OutgoingRecord => ({
  topic,
  key: key?.toString('utf8') ?? null,
  value: value?.toString('utf8') ?? null,
  headers: { ...headers, [AGAIN_HEADER]: tag },
})

/** One that we put there stays ours: what comes twice is an event of the shop. */
const isOurs = ({ headers }: LogRecord): boolean =>
  headers[AGAIN_HEADER] !== undefined || headers[POISON_HEADER] !== undefined

const requireRecords = async (bus: Bus, topic: string, last: number): Promise<LogRecord[]> => {
  const records = (await lastRecords(bus, topic, last * 2)).filter((record) => !isOurs(record)).slice(-last)
  if (records.length > 0) return records
  throw wrongUsage(`There is nothing on ${topic} yet that could come again.`, "Place an order first: 'lab order'.")
}

/** Sends and looks whether it lies there: a topic's end that moved could be somebody else's doing. */
const sendAndSee = async (
  bus: Bus,
  records: readonly OutgoingRecord[],
  header: string,
  tag: string,
): Promise<number> => {
  await bus.send(records)
  const { topic } = records[0]!
  const isThere = async (): Promise<boolean> => {
    const found = (await lastRecords(bus, topic, records.length + 100)).filter(({ headers }) => headers[header] === tag)
    return found.length >= records.length
  }
  await seen(`${records.length} records on ${topic}`, isThere, 15_000)
  return records.length
}

/** The keys in another order, each key's own records in theirs. The same seed gives the same order. */
export const shuffleKeys = <T>(items: readonly T[], keyOf: (item: T) => string, seed: number): T[] => {
  const roll = dice(seed)
  const queues = Map.groupBy(items, keyOf)
  const lanes = [...queues.values()].map((queue) => [...queue])
  const shuffled: T[] = []
  while (shuffled.length < items.length) {
    const open = lanes.filter((lane) => lane.length > 0)
    // Never the key that came first at first: with two keys or more, the order really is another one.
    const from = shuffled.length === 0 && open.length > 1 ? open.slice(1) : open
    shuffled.push(from[Math.floor(roll() * from.length)]!.shift()!)
  }
  return shuffled
}

const lever = (inject: (settings: Settings) => Promise<number>): Lever => ({
  unavailable: () => undefined,
  targetOf: ({ topic }) => String(topic),
  inject,
  mend: async () => {},
})

const newTag = (): string => randomBytes(6).toString('hex')

export const republish = async (bus: Bus, { topic, last }: Settings): Promise<number> => {
  const tag = newTag()
  const records = await requireRecords(bus, String(topic), Number(last))
  return sendAndSee(
    bus,
    records.map((record) => asOutgoing(record, tag)),
    AGAIN_HEADER,
    tag,
  )
}

export const reorderLever = (bus: () => Bus): Lever =>
  lever(async ({ topic, last, seed }) => {
    const tag = newTag()
    const records = await requireRecords(bus(), String(topic), Number(last))
    const keys = new Set(records.map(({ key }) => key?.toString()))
    if (keys.size < 2) {
      throw wrongUsage(
        `The last records on ${topic} are of one order.`,
        'Place a second one, or take more: --set last=20.',
      )
    }
    const shuffled = shuffleKeys(records, ({ key }) => key?.toString() ?? '', Number(seed))
    return sendAndSee(
      bus(),
      shuffled.map((record) => asOutgoing(record, tag)),
      AGAIN_HEADER,
      tag,
    )
  })

export const poisonLever = (bus: () => Bus): Lever =>
  lever(async ({ topic, kind, count, key }) => {
    const tag = newTag()
    const wanted = poisonKinds.find(({ name }) => name === kind)!
    const records = Array.from({ length: Number(count) }, () => poisonRecord(wanted, String(topic), tag, String(key)))
    return sendAndSee(bus(), records, POISON_HEADER, tag)
  })
