import { type Finding, when } from '../finding.ts'
import type { Topic, TopicsFile } from '../shapes.ts'
import { FACTS, MOST, PEAK, READER, type Service, SPARE } from '../task.ts'

/** Records a second on a topic at the peak: facts that exclude each other count once. */
export const peakOf = ({ facts }: Pick<Topic, 'facts'>): number =>
  PEAK * new Set(facts.map((fact) => FACTS[fact]?.either ?? fact)).size

/** The services that read a topic. */
export const readersOf = (name: string, { groups }: Pick<TopicsFile, 'groups'>): Service[] => [
  ...new Set(groups.filter(({ reads }) => reads.includes(name)).map(({ service }) => service as Service)),
]

/** What one reader of the slowest service handles in a second. */
export function slowestReader(name: string, file: Pick<TopicsFile, 'groups'>): number {
  return Math.min(...readersOf(name, file).map((service) => READER[service] ?? Number.POSITIVE_INFINITY))
}

export const neededPartitions = (peak: number, reader: number): number =>
  Math.max(1, Math.ceil((peak * SPARE) / reader))

/** The sum is shown, it is right, and the number of partitions follows from it. */
export function judgePartitions(file: TopicsFile): Finding[] {
  return file.topics.flatMap((topic) => judgeTopic(topic, file))
}

function judgeTopic(topic: Topic, file: TopicsFile): Finding[] {
  const { name, peakPerSecond, readerPerSecond, partitions } = topic
  const [peak, reader] = [peakOf(topic), slowestReader(name, file)]
  if (peakPerSecond === null || readerPerSecond === null)
    return [
      { id: 'design.sum-missing', saw: `${name}: peakPerSecond ${peakPerSecond}, readerPerSecond ${readerPerSecond}` },
    ]
  if (peakPerSecond !== peak)
    return [
      { id: 'design.sum-peak', saw: `${name}: peakPerSecond ${peakPerSecond}; ${PEAK} orders a second make ${peak}` },
    ]
  if (Number.isFinite(reader) && readerPerSecond !== reader) {
    const slowest = readersOf(name, file).find((service) => READER[service] === reader)
    const saw = `${name}: readerPerSecond ${readerPerSecond}; its slowest reader, ${slowest}, handles ${reader}`
    return [{ id: 'design.sum-reader', saw }]
  }
  // Nobody reads it: Q1 tells.
  if (!Number.isFinite(reader)) return []
  const needed = neededPartitions(peak, reader)
  const sum = `${peak} × ${SPARE} ÷ ${reader} = ${(peak * SPARE) / reader}`
  return [
    ...when(partitions < needed, 'design.partitions-few', `${name}: ${partitions} partitions; ${sum}, so ${needed}`),
    ...when(
      partitions > needed * MOST,
      'design.partitions-many',
      `${name}: ${partitions} partitions; ${sum}, so ${needed}`,
    ),
  ]
}
