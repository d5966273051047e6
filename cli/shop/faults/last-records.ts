import type { Bus, LogRecord } from '../../../kit/kafka/bus.ts'
import { wrongUsage } from '../../command.ts'
import { startTap } from '../tap.ts'

const PATIENCE_MS = 10_000

/** The newest records of a topic over all its partitions, at most `last` of them, oldest first. Throws wrong usage for an unknown topic. */
export const lastRecords = async (bus: Bus, topic: string, last: number): Promise<LogRecord[]> => {
  const [info] = await bus.topics([topic])
  if (info === undefined) throw wrongUsage(`There is no topic ${topic}.`, "'lab topics' lists those that exist.")
  const open = new Set(info.partitions.filter(({ low, high }) => high > low).map(({ partition }) => partition))
  const records: LogRecord[] = []
  if (open.size === 0) return records
  const all = Promise.withResolvers<void>()
  const highs = new Map(info.partitions.map(({ partition, high }) => [partition, high]))
  const starts = info.partitions.map(({ partition, low, high }) => {
    const start = high - BigInt(last)
    return [`${topic}/${partition}`, start < low ? low : start] as const
  })
  const tap = await startTap(bus, {
    name: 'lab-last',
    topics: [topic],
    positions: new Map(starts),
    onRecords: (batch) => {
      const { partition, offset } = batch.at(-1)!
      const high = highs.get(partition) ?? 0n
      records.push(...batch.filter((record) => record.offset < high))
      if (offset + 1n >= high) open.delete(partition)
      if (open.size === 0) all.resolve()
    },
    onFatal: all.reject,
  })
  const timer = setTimeout(() => all.reject(new Error(`the end of ${topic} did not come`)), PATIENCE_MS)
  try {
    await all.promise
  } finally {
    clearTimeout(timer)
    await tap.stop()
  }
  return records.sort((a, b) => a.timestamp - b.timestamp || Number(a.offset - b.offset)).slice(-last)
}
