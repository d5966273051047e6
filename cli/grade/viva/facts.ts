import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Topic } from '../../check/contract.ts'
import type { History, SeenRecord } from '../../check/history.ts'
import type { Outcome } from '../../check/judge.ts'
import { byOrder, eventsOn, lookedUp, type SeenEvent } from '../../check/views.ts'

/** A student's stored histories by scenario, the first attempt of each. */
export type Histories = ReadonlyMap<string, History<unknown>>

/** Empty where there is no evidence. */
export async function readHistories(folder: string): Promise<Histories> {
  const names = await readdir(folder).catch(() => [])
  const outcomes = await Promise.all(
    names
      .filter((name) => name.endsWith('.1.json'))
      .sort()
      .map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Outcome),
  )
  return new Map(outcomes.map(({ history }) => [history.scenario, history]))
}

/** The records of one order in the order in which they were read. */
export interface Way {
  readonly orderId: string
  readonly scenario: string
  readonly records: readonly SeenRecord[]
}

/** The first order of any scenario whose events are on all of these topics, and on none of those without. */
export function wayThrough(
  histories: Histories,
  topics: readonly Topic[],
  without: readonly Topic[] = [],
): Way | undefined {
  for (const [scenario, history] of histories) {
    for (const [orderId, events] of byOrder(eventsOn(history))) {
      const own = new Set<string>(events.map(({ record }) => record.topic))
      if (!topics.every((topic) => own.has(topic)) || without.some((topic) => own.has(topic))) continue
      return { orderId, scenario, records: events.map(({ record }: SeenEvent) => record) }
    }
  }
  return undefined
}

/** The scenario with the most records on a topic, and those records. */
export function busiest(histories: Histories, topic: Topic): { scenario: string; records: SeenRecord[] } | undefined {
  const all = [...histories].map(([scenario, history]) => ({
    scenario,
    records: history.records.filter((one) => one.topic === topic),
  }))
  const most = all.toSorted((a, b) => b.records.length - a.records.length)[0]
  return most === undefined || most.records.length === 0 ? undefined : most
}

/** What the kit saw a group commit on a topic, the last time it looked. */
export function committedBy(
  histories: Histories,
  group: string,
  topic: Topic,
): { scenario: string; offsets: Record<string, number> } | undefined {
  const what = lookedUp(group, topic)
  for (const [scenario, { moments }] of histories) {
    const seen = moments.findLast((moment) => moment.what === what && Object.keys(moment.detail ?? {}).length > 0)
    if (seen !== undefined) return { scenario, offsets: seen.detail as unknown as Record<string, number> }
  }
  return undefined
}
