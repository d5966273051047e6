import { TOPICS, type Topic } from './contract.ts'
import type { History, Line, ProcessStory, SeenRecord } from './history.ts'
import { clip, field, type Json, parseJson } from './json.ts'

/** A record with its value read as far as it can be. */
export interface SeenEvent {
  readonly record: SeenRecord
  /** `undefined` where the value is not JSON. */
  readonly json: Json | undefined
  /** `data.orderId` as text, else the key. */
  readonly orderId: string | undefined
}

/** All events, or those of one topic, in the order in which they were read. */
export function eventsOn(history: History<unknown>, topic?: Topic): SeenEvent[] {
  return history.records.filter((record) => topic === undefined || record.topic === topic).map(seenEvent)
}

const read = new WeakMap<SeenRecord, SeenEvent>()

/** Each record is parsed once, however many judges and drivers look at it. */
function seenEvent(record: SeenRecord): SeenEvent {
  const known = read.get(record)
  if (known !== undefined) return known
  const json = parseJson(record.value)
  const event = { record, json, orderId: asText(field(json, 'data', 'orderId')) ?? record.key ?? undefined }
  read.set(record, event)
  return event
}

/** Ids and product numbers are compared as text: `201` and `"201"` are the same product. */
export function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

export function byOrder(events: readonly SeenEvent[]): Map<string, SeenEvent[]> {
  return Map.groupBy(
    events.filter((event): event is SeenEvent & { orderId: string } => event.orderId !== undefined),
    (event) => event.orderId,
  )
}

/** The orders that have a record on this topic; cheap enough to be asked again and again while records arrive. */
export function seenOrders(records: readonly SeenRecord[], topic: Topic): Map<string, number> {
  const counts = new Map<string, number>()
  for (const record of records) {
    if (record.topic !== topic) continue
    const id = seenEvent(record).orderId
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** Every start of this service or command: `payment`, `payment#2`, … */
export function storiesOf(history: History<unknown>, name: string): ProcessStory[] {
  return history.processes.filter((story) => story.name.split('#')[0] === name)
}

export function linesWith(stories: readonly ProcessStory[], words: RegExp, stream: 'out' | 'any' = 'out'): Line[] {
  return stories.flatMap(({ lines }) =>
    lines.filter((line) => (stream === 'any' || line.stream === 'out') && words.test(line.text)),
  )
}

/** Longer ids than this are in no line by chance, whatever stands beside them. */
const CHANCE = 12

/** Where the id stands on the line as it is, not as part of a longer word or number; -1 where it does not. A prefix such as `order-` is no part of it. */
export function placeOf(text: string, id: string): number {
  if (id === '') return -1
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (id.length > CHANCE) return at
    const [before, behind] = [text.slice(0, at), text[at + id.length] ?? ' ']
    if (/(^|[^\p{L}\p{N}_-]|\p{L}[_-])$/u.test(before) && !/[\p{L}\p{N}_-]/u.test(behind)) return at
  }
  return -1
}

export const names = (text: string, id: string): boolean => placeOf(text, id) >= 0

/** How a process ended without having been asked to, with its last words; `undefined` where all is well. */
export function fall(story: ProcessStory | undefined): string | undefined {
  if (story?.exit === undefined || story.acts.some((act) => act.act !== 'SIGCONT' && act.at <= (story.exit?.at ?? 0)))
    return undefined
  return `${story.name} ended by itself with ${endOf(story)}${lastWords(story)}`
}

export function endOf(story: ProcessStory): string {
  if (story.exit === undefined) return 'no end'
  return story.exit.code === null ? `signal ${story.exit.signal}` : `exit code ${story.exit.code}`
}

export function lastWords(story: ProcessStory, count = 4): string {
  const shown = lastLines(story, count)
  if (shown.length === 0) return '; it printed nothing'
  return `; its last words: ${shown.map((line) => clip(line, 200)).join(' | ')}${cutNotice(story)}`
}

const cutNotice = ({ cutBytes }: ProcessStory): string =>
  cutBytes === 0 ? '' : ` … its output was cut: ${Math.max(0.1, cutBytes / 1e6).toFixed(1)} MB left out`

const NOTABLE = /error|exception|not written yet|panic/i

/** What a program said in the end: standard error first, and from the last line that names an error where there is one. */
export function lastLines({ tail, errorTail = [] }: ProcessStory, count: number): string[] {
  const [complaints, all] = [errorTail, tail].map((lines) =>
    lines
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/TimeoutNegativeWarning|--trace-warnings/.test(line)),
  ) as [string[], string[]]
  if (complaints.length === 0) return endOfLines(all, count)
  const rest = all.filter((line) => !complaints.includes(line))
  const [first, second] = complaints.some(isNotable) || !rest.some(isNotable) ? [complaints, rest] : [rest, complaints]
  const shown = endOfLines(first, count)
  return shown.length === count ? shown : [...shown, ...endOfLines(second, count - shown.length)]
}

const isNotable = (line: string): boolean => NOTABLE.test(line)

function endOfLines(lines: readonly string[], count: number): string[] {
  const notable = lines.findLastIndex(isNotable)
  return notable >= 0 ? lines.slice(notable, notable + count) : lines.slice(-count)
}

/** The first unasked end of one of these services, as a likely cause. */
export function fallOf(history: History<unknown>, ...services: readonly string[]): string | undefined {
  for (const service of services) {
    for (const story of storiesOf(history, service)) {
      const found = fall(story)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** `; payment says: …`, the last line that one of these services wrote to standard error, or nothing. For where nothing came at all. */
export function complaintOf(history: History<unknown>, ...services: readonly string[]): string {
  for (const service of services) {
    const line = storiesOf(history, service)
      .at(-1)
      ?.lines.findLast(
        ({ stream, text }) =>
          stream === 'err' && text.trim() !== '' && !/Warning|--trace-warnings|Timeout duration/.test(text),
      )
    if (line !== undefined) return `; ${service} says: ${clip(line.text.trim(), 200)}`
  }
  return ''
}

/** `order-created[1]@4`: topic, partition, offset. */
export function place(record: SeenRecord): string {
  return `${record.topic}[${record.partition}]@${record.offset}`
}

/** Who should read a topic, for the passport. */
const READERS: Partial<Record<Topic, string>> = {
  'order-created': 'payment-group',
  'payment-success': 'inventory-group',
  'payment-failed': 'order-group',
  'stock-reserved': 'notification-group',
  'stock-failed': 'order-group',
}

/** What the kit notes when it looks up how far a group is; the groups seen to have read are taken from there. */
export const lookedUp = (group: string, topic: string): string => `looked up what ${group} has committed on ${topic}`

/** The groups that were seen to have committed on a topic; where none was looked for, who should read it. */
function readerOf({ moments }: History<unknown>, topic: string): string {
  const seen = moments.flatMap(({ what, detail }) => {
    const group = /^looked up what (\S+) has/.exec(what)?.[1] ?? ''
    return what === lookedUp(group, topic) && Object.keys(detail ?? {}).length > 0 ? [group] : []
  })
  if (seen.length > 0) return `  → ${[...new Set(seen)].join(', ')}`
  const expected = READERS[topic as Topic]
  return expected === undefined ? '' : `  → expected reader: ${expected}`
}

/**
 * The way of one order, hop by hop: topic, partition, offset, key, time since the scenario began, consumer group. `bad` is the hop where it went wrong,
 * marked ✗ whether a record is there or missing.
 */
export function passport(history: History<unknown>, orderId: string, bad: Topic, why: string): string {
  const own = eventsOn(history).filter((event) => event.orderId === orderId)
  const hops = own.map(({ record }) => {
    const key =
      record.key === null ? 'no key' : record.key === orderId ? 'key = order id' : `key ${clip(record.key, 40)}`
    const mark = record.topic === bad ? '✗' : '✓'
    return `  ${mark} ${place(record).padEnd(24)} ${key}  at ${(record.at / 1000).toFixed(2)} s${readerOf(history, record.topic)}${mark === '✗' ? `  ← ${why}` : ''}`
  })
  if (!own.some(({ record }) => record.topic === bad)) hops.push(`  ✗ ${bad.padEnd(24)} ← ${why}`)
  return [`the passport of order ${orderId}:`, ...hops].join('\n')
}

export function isCore(topic: string): topic is Topic {
  return (TOPICS as readonly string[]).includes(topic)
}
