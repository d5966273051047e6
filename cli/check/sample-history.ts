import type { Check } from './check.ts'
import type { History, ProcessStory, SeenRecord } from './history.ts'
import { judge } from './judge.ts'

/** A small history made by hand, for tests of judges. Records get places and times in the order in which they are given. */
export function sampleHistory<Given>(
  given: Given,
  parts: { records?: readonly Partial<SeenRecord>[]; processes?: readonly Partial<ProcessStory>[] } = {},
): History<Given> {
  const next = new Map<string, number>()
  const records = (parts.records ?? []).map((record, i): SeenRecord => {
    const place = `${record.topic}/${record.partition ?? 0}`
    const offset = next.get(place) ?? 0
    next.set(place, offset + 1)
    return { at: i, topic: 'order-created', partition: 0, offset, key: null, value: null, timestamp: i, ...record }
  })
  const processes = (parts.processes ?? []).map(
    (story): ProcessStory => ({
      name: 'payment',
      command: 'node x.ts',
      pid: 1,
      at: 0,
      lines: [],
      tail: [],
      cutBytes: 0,
      acts: [],
      ...story,
    }),
  )
  return {
    scenario: 'sample',
    seed: 1,
    brokers: 'localhost:9092',
    began: 0,
    given,
    records,
    processes,
    answers: [],
    moments: [],
  }
}

/** An event of the contract as a record. */
export function sampleRecord(
  topic: string,
  data: { orderId: string } & Record<string, unknown>,
  more: Partial<SeenRecord> & { eventId?: string } = {},
): Partial<SeenRecord> {
  const { eventId = `${topic}-${data.orderId}`, ...record } = more
  const value = JSON.stringify({ eventId, eventType: topic, timestamp: '2026-01-01T00:00:00Z', data })
  return { topic, key: data.orderId, value, ...record }
}

/** `pass`, or the id of the diagnosis. */
export function outcomeOf(checks: readonly Check[], id: string, history: History<unknown>): string {
  const check = checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`no check ${id}`)
  const judgement = judge(check, { kind: 'driven', history })
  return judgement.kind === 'pass' ? 'pass' : judgement.diagnosis.id
}

export const saidLines = (...texts: string[]) => texts.map((text, at) => ({ at, stream: 'out' as const, text }))
