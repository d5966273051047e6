import type { Bus, LogRecord } from '../../../kit/kafka/bus.ts'
import { wrongUsage } from '../../command.ts'
import { startTap } from '../tap.ts'
import { seen } from './levers/lever.ts'

/** The end of a topic, and what is added to it. */
export interface TopicTail {
  /** What lay there when the tail was opened: at most so many of each partition as were asked for, oldest first. */
  readonly before: readonly LogRecord[]
  /** Resolves when so many records have come that carry this header; throws `not-confirmed` when they do not. */
  arrived(header: string, value: string, count: number): Promise<void>
  close(): Promise<void>
}

const PATIENCE_MS = 15_000

/** Throws wrong usage for a topic that does not exist. */
export const openTail = async (bus: Bus, topic: string, last: number): Promise<TopicTail> => {
  const [info] = await bus.topics([topic])
  if (info === undefined) throw wrongUsage(`There is no topic ${topic}.`, "'lab topics' lists those that exist.")
  const highs = new Map(info.partitions.map(({ partition, high }) => [partition, high]))
  const starts = info.partitions.map(({ partition, low, high }) => {
    const start = high - BigInt(last)
    return { partition, high, start: start < low ? low : start }
  })
  const open = new Set(starts.filter(({ start, high }) => high > start).map(({ partition }) => partition))
  const before: LogRecord[] = []
  const added: LogRecord[] = []
  const tap = await startTap(bus, {
    name: 'lab-tail',
    topics: [topic],
    positions: new Map(starts.map(({ partition, start }) => [`${topic}/${partition}`, start])),
    onRecords: (records) => {
      for (const record of records) {
        const isOld = record.offset < (highs.get(record.partition) ?? 0n)
        ;(isOld ? before : added).push(record)
      }
      const newest = records.at(-1)
      if (newest !== undefined && newest.offset + 1n >= (highs.get(newest.partition) ?? 0n))
        open.delete(newest.partition)
    },
  })
  try {
    await seen(`the end of ${topic}`, () => open.size === 0, PATIENCE_MS)
  } catch (error) {
    await tap.stop()
    throw error
  }
  return {
    before: before.sort((a, b) => a.timestamp - b.timestamp || Number(a.offset - b.offset)),
    arrived: (header, value, count) => {
      const isThere = () => added.filter(({ headers }) => headers[header] === value).length >= count
      return seen(`${count} records on ${topic}`, isThere, PATIENCE_MS)
    },
    close: () => tap.stop(),
  }
}
