import { check } from '../../cli/check/check.ts'
import { LIMITS, PARTITIONS, TOPICS, type Topic } from '../../cli/check/contract.ts'
import type { History, ProcessStory, SeenRecord } from '../../cli/check/history.ts'
import { clip, field, firstDifference, show } from '../../cli/check/json.ts'
import { type Envelope, makeEvent, makeOrder, makeOrders } from '../../cli/check/orders.ts'
import { freePort } from '../../cli/check/ports.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Shop } from '../../cli/check/shop.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { endOf, eventsOn, lastWords, passport, place, type SeenEvent, storiesOf } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'

const ENDS_WITHIN = 40_000

/** What Node itself says of kafkajs. */
const NOISE = /^\(node:\d+\) |^\(Use `node --trace|^Timeout duration was set to 1\./

interface Line {
  readonly topic: Topic
  readonly event: Envelope
}

interface Given {
  /** Where nobody listens. */
  readonly address: string
  readonly few: readonly Line[]
  readonly series: readonly Line[]
  readonly many: readonly Line[]
  /** End of each partition, as `topic/partition`, at the moment at which the third run had exited. */
  readonly ends: Readonly<Record<string, number>>
  /** The same after all was read. */
  readonly later?: Readonly<Record<string, number>>
}

/**
 * Three inputs, one run of `publish` each: an event for every topic; three events of each of 300 orders, mixed; 2,000 events. Beside
 * them one with a port where nobody listens instead of a broker.
 * Wrong: an event that is not there, is elsewhere or is not the same; a key that is not the order id; an order in two partitions or
 * out of order; a partition that is never used; an event that comes after the exit, or twice; a run without a broker that goes
 * unnoticed, hangs or says nothing.
 */
const publishAll = scenario<Given>({
  name: 'd-publish',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const few = TOPICS.map((topic) =>
      line(topic, makeEvent(topic, { ...makeOrder(random), note: `ä ${random.id()}` }, random)),
    )
    const orders = makeOrders(300, random)
    const series = [1, 2, 3].flatMap((step) =>
      random
        .shuffled(orders)
        .map((order) => line('order-created', makeEvent('order-created', { ...order, step }, random))),
    )
    const many = makeOrders(2_000, random).map((order) =>
      line('payment-success', makeEvent('payment-success', order, random)),
    )
    const address = `localhost:${await freePort()}`
    const alone = shop.run('publish', {
      as: 'alone',
      stdin: text(few),
      brokers: address,
      deadlineMs: LIMITS.publishWithoutBroker,
    })
    const first = await shop.run('publish', { as: 'few', stdin: text(few), deadlineMs: ENDS_WITHIN })
    // One that does not end would only not end again.
    if (first.ended === undefined) {
      await shop.run('publish', { as: 'series', stdin: text(series), deadlineMs: ENDS_WITHIN })
      await shop.run('publish', { as: 'many', stdin: text(many), deadlineMs: LIMITS.publishMany + 10_000 })
    }
    const ends = await endsNow(shop)
    await shop.until('the kit has read to the ends', () => readTo(shop, ends), 3_000)
    await shop.quiet(250, 1_500)
    await alone
    return { address, few, series, many, ends, later: await endsNow(shop) }
  },
})

const line = (topic: Topic, event: Envelope): Line => ({ topic, event })
const text = (lines: readonly Line[]) => lines.map((one) => `${JSON.stringify(one)}\n`).join('')

async function endsNow(shop: Shop): Promise<Record<string, number>> {
  const infos = await shop.bus.topics(TOPICS)
  return Object.fromEntries(
    infos.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, high }) => [`${topic}/${partition}`, Number(high)]),
    ),
  )
}

/** A transaction's end mark takes an offset that no reader sees, so the last record may lie one before the end. */
function readTo(shop: Shop, ends: Readonly<Record<string, number>>): boolean {
  const last = new Map<string, number>()
  for (const { topic, partition, offset } of shop.records) last.set(`${topic}/${partition}`, offset)
  return Object.entries(ends).every(([where, end]) => end === 0 || (last.get(where) ?? -1) >= end - 1)
}

/** Also of an event that was wrapped or encoded twice, which D1 alone has to judge. */
function idOf({ json, record }: SeenEvent): string {
  const id = field(json, 'eventId')
  return typeof id === 'string' ? id : (/eventId\\*"\s*:\s*\\*"([^"\\]+)/.exec(record.value ?? '')?.[1] ?? '')
}

const placeOf = ({ topic, partition }: SeenRecord) => `${topic}/${partition}`

/**
 * Partitions that end with the mark of a transaction: an offset that no reader sees. Its commit was acknowledged, but the broker writes the marks,
 * and counts the records before them, a moment later.
 */
function committedPlaces({ records, given: { later = {} } }: History<Given>): Set<string> {
  const last = new Map(records.map((record) => [placeOf(record), record.offset]))
  return new Set(Object.keys(later).filter((where) => (later[where] ?? 0) > (last.get(where) ?? Infinity) + 1))
}

function arrived(history: History<Given>): Map<string, SeenEvent[]> {
  return Map.groupBy(eventsOn(history), idOf)
}

function failedRun(history: History<Given>, name: string, did: string): Judgement | undefined {
  const story = (storiesOf(history, name)[0] ?? storiesOf(history, 'few')[0]) as ProcessStory
  if (story.ended === 'deadline')
    return fail('producer.never-ends', { did, saw: `it was still running at its deadline${lastWords(story)}` })
  if (story.exit?.code === 0) return undefined
  return fail('producer.command-failed', { did, saw: `${endOf(story)}${lastWords(story)}` })
}

const didPublish = (lines: readonly Line[]) =>
  `ran "publish" with ${lines.length} lines, the first: ${clip(JSON.stringify(lines[0]), 220)}`

export const checks = [
  check({
    id: 'D1',
    title: 'Every event arrives on its topic, unchanged, with the order id as key',
    marks: 3,
    timing: true,
    drive: publishAll,
    judge: (history) => {
      const { few } = history.given
      const did = didPublish(few)
      const failed = failedRun(history, 'few', did)
      if (failed !== undefined) return failed
      for (const { topic, event } of few) {
        const events = eventsOn(history)
        const itself = events.filter(({ record }) => record.value?.includes(event.eventId))
        const found = itself.length > 0 ? itself : events.filter(({ orderId }) => orderId === event.data.orderId)
        const there = found.find(({ record }) => record.topic === topic)
        const sent = `an event for ${topic}, order ${event.data.orderId}`
        if (there === undefined) {
          const [other] = found
          if (other !== undefined) {
            const saw = `${sent} is at ${place(other.record)}`
            const first = passport(history, String(event.data.orderId), topic, 'not here, but on another topic')
            return fail('producer.wrong-topic', { did, saw, first })
          }
          return fail('producer.message-missing', { did, saw: `${sent} is on no core topic` })
        }
        const difference = firstDifference(there.json, event)
        const saw = `${place(there.record)}  key ${show(there.record.key)}  value ${clip(there.record.value ?? 'none', 300)}`
        if (difference !== undefined) return fail('producer.value-changed', { did, saw, first: difference })
        const { key } = there.record
        if (key === event.data.orderId) continue
        const id = key === null ? 'producer.key-missing' : 'producer.key-wrong'
        const why = `key is ${show(key)}, not "${event.data.orderId}"`
        return fail(id, { did, saw, first: passport(history, String(event.data.orderId), topic, why) })
      }
      return pass
    },
  }),

  check({
    id: 'D2',
    title: 'The events of an order stay together and in order; orders spread over the partitions',
    marks: 2,
    timing: true,
    restsOn: ['D1'],
    drive: publishAll,
    judge: (history) => {
      const { series } = history.given
      const did = didPublish(series)
      const failed = failedRun(history, 'series', did)
      if (failed !== undefined) return failed
      const events = arrived(history)
      const lost = series.find(({ event }) => !events.has(event.eventId))
      if (lost !== undefined)
        return fail('producer.message-missing', {
          did,
          saw: `the event ${lost.event.eventId} of order ${lost.event.data.orderId} is missing`,
        })
      const used = new Set<number>()
      for (const [orderId, lines] of Map.groupBy(series, ({ event }) => String(event.data.orderId))) {
        const own = lines.map(({ event }) => (events.get(event.eventId) as SeenEvent[])[0]?.record as SeenRecord)
        const where = own.map(place).join(', ')
        for (const { partition } of own) used.add(partition)
        if (new Set(own.map(({ partition }) => partition)).size > 1) {
          return fail('producer.order-scattered', { did, saw: `the three events of order ${orderId} are at ${where}` })
        }
        if (own.some((record, i) => i > 0 && record.offset <= (own[i - 1]?.offset ?? -1))) {
          return fail('producer.order-lost', {
            did,
            saw: `the three events of order ${orderId}, in the order given, are at ${where}`,
          })
        }
      }
      if (used.size === PARTITIONS) return pass
      return fail('producer.partitions-unused', {
        did,
        saw: `all 300 orders are in partition ${[...used].join(' and ')}`,
      })
    },
  }),

  check({
    id: 'D3',
    title: '2,000 events are all there when the command exits, once each, within 20 s',
    marks: 2,
    timing: true,
    restsOn: ['D1'],
    drive: publishAll,
    judge: (history) => {
      const { many, ends } = history.given
      const did = didPublish(many)
      const failed = failedRun(history, 'many', did)
      if (failed !== undefined) return failed
      const story = storiesOf(history, 'many')[0] as ProcessStory
      const took = ((story.exit?.at ?? 0) - story.at) / 1000
      if (took > LIMITS.publishMany / 1000)
        return fail('producer.too-slow', { did, saw: `it took ${took.toFixed(1)} s` })
      const events = arrived(history)
      const committed = committedPlaces(history)
      const inTime = ({ record }: SeenEvent) =>
        record.offset < (ends[placeOf(record)] ?? 0) || committed.has(placeOf(record))
      const missing = many.filter(({ event }) => !events.get(event.eventId)?.some(inTime))
      if (missing.length > 0) {
        const saw = `${many.length - missing.length} of ${many.length} were there when it had exited with 0`
        return fail('producer.exit-before-flush', {
          did,
          saw,
          first: `✗ missing: event ${missing[0]?.event.eventId} of line ${many.indexOf(missing[0] as Line) + 1}`,
        })
      }
      const twice = many.find(({ event }) => (events.get(event.eventId)?.length ?? 0) > 1)
      if (twice === undefined) return pass
      const places = events.get(twice.event.eventId)?.map(({ record }) => place(record))
      return fail('producer.duplicate', { did, saw: `the event ${twice.event.eventId} is at ${places?.join(' and ')}` })
    },
  }),

  check({
    id: 'D4',
    title: 'Without a broker it says so and does not exit with 0',
    marks: 1,
    timing: true,
    restsOn: ['D1'],
    drive: publishAll,
    judge: (history) => {
      const { address, few } = history.given
      const did = `ran "publish" with ${few.length} events and KAFKA_BROKERS=${address}, where nobody listens`
      const story = storiesOf(history, 'alone')[0] as ProcessStory
      if (story.ended === 'deadline')
        return fail('producer.no-broker-hangs', { did, saw: 'it was still running after 30 s' })
      if (story.exit?.code === 0)
        return fail('producer.no-broker-unnoticed', { did, saw: `exit code 0${lastWords(story)}` })
      const said = story.lines.some(({ text: words }) => words.trim() !== '' && !NOISE.test(words))
      if (!said) return fail('producer.no-broker-silent', { did, saw: `${endOf(story)} and not a word` })
      // A program that fails with a broker as well has not noticed that there is none.
      const withBroker = storiesOf(history, 'few')[0] as ProcessStory
      if (withBroker.ended !== undefined || withBroker.exit?.code === 0) return pass
      const saw = `${endOf(story)}, but with a broker too: ${endOf(withBroker)}${lastWords(withBroker)}`
      return fail('producer.command-failed', { did, saw })
    },
  }),
]
