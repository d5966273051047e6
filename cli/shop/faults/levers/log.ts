import { randomBytes } from 'node:crypto'
import type { Bus, LogRecord, OutgoingRecord } from '../../../../kit/kafka/bus.ts'
import { dice } from '../../../../kit/service/switches/dice.ts'
import { wrongUsage } from '../../../command.ts'
import { POISON_HEADER, poisonKinds, poisonRecord } from '../poison-kinds.ts'
import { openTail } from '../topic-tail.ts'
import type { Lever, Settings } from './lever.ts'

/** Header of a record that is in the log a second time because of us; its value says which turn it was. */
export const AGAIN_HEADER = 'published-again'

/** One that we put there stays ours: what comes again is an event of the shop. */
const isOurs = ({ headers }: LogRecord): boolean =>
  headers[AGAIN_HEADER] !== undefined || headers[POISON_HEADER] !== undefined

const keyOf = ({ key }: LogRecord): string => key?.toString('utf8') ?? ''

const newTag = (): string => randomBytes(6).toString('hex')

/** Writes the newest events of a topic again, in whatever order `arrange` brings them, and sees them there. */
const writeAgain = async (
  bus: Bus,
  topic: string,
  last: number,
  arrange: (records: readonly LogRecord[]) => readonly LogRecord[],
): Promise<number> => {
  const tag = newTag()
  // Twice as many, since some of them may be ours.
  const tail = await openTail(bus, topic, last * 2)
  try {
    const events = tail.before.filter((record) => !isOurs(record)).slice(-last)
    if (events.length === 0) {
      throw wrongUsage(`There is nothing on ${topic} yet that could come again.`, "Place an order first: 'lab order'.")
    }
    const records = arrange(events).map(({ key, value, headers }) => ({
      topic,
      key: key?.toString('utf8') ?? null,
      value: value?.toString('utf8') ?? null,
      headers: { ...headers, [AGAIN_HEADER]: tag },
    }))
    await bus.send(records)
    await tail.arrived(AGAIN_HEADER, tag, records.length)
    return records.length
  } finally {
    await tail.close()
  }
}

/** The keys in another order, each key's own records in theirs. The same seed gives the same order. */
export const shuffleKeys = <T>(items: readonly T[], keyOf: (item: T) => string, seed: number): T[] => {
  const roll = dice(seed)
  const lanes = [...Map.groupBy(items, keyOf).values()].map((lane) => [...lane])
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

export const republish = (bus: Bus, { topic, last }: Settings): Promise<number> =>
  writeAgain(bus, String(topic), Number(last), (records) => records)

export const reorderLever = (bus: () => Bus): Lever =>
  lever(({ topic, last, seed }) =>
    writeAgain(bus(), String(topic), Number(last), (records) => {
      if (new Set(records.map(keyOf)).size > 1) return shuffleKeys(records, keyOf, Number(seed))
      throw wrongUsage(
        `The last records on ${topic} are of one order.`,
        'Place another one, or take more: --set last=20.',
      )
    }),
  )

export const poisonLever = (bus: () => Bus): Lever =>
  lever(async ({ topic, kind, count, key }) => {
    const tag = newTag()
    const wanted = poisonKinds.find(({ name }) => name === kind)!
    const tail = await openTail(bus(), String(topic), 0)
    try {
      const poison: OutgoingRecord = poisonRecord(wanted, String(topic), tag, String(key))
      await bus().send(Array.from({ length: Number(count) }, () => poison))
      await tail.arrived(POISON_HEADER, tag, Number(count))
      return Number(count)
    } finally {
      await tail.close()
    }
  })
