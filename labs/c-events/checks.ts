import { check } from '../../cli/check/check.ts'
import { TOPICS } from '../../cli/check/contract.ts'
import { timeProblem } from '../../cli/check/envelope.ts'
import type { ProcessStory } from '../../cli/check/history.ts'
import { clip, firstDifference, isObject, type JsonObject, parseJson, sameJson, show } from '../../cli/check/json.ts'
import { makeOrder } from '../../cli/check/orders.ts'
import type { Random } from '../../cli/check/random.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Shop } from '../../cli/check/shop.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { endOf, lastWords, storiesOf } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { type InvalidCase, invalidCases } from './invalid.ts'

const SIDE_BY_SIDE = 3
const MANY = 1_000

interface Input {
  readonly eventType: string
  readonly data: JsonObject
}

/** Data of all seven types, with fields and characters that nobody foresaw. */
function goodInputs(random: Random): Input[] {
  return TOPICS.map((eventType, i) => {
    const { userId, ...order } = makeOrder(random, i % 2 === 0 ? {} : { productId: `SKU-${random.whole(100, 999)}` })
    const data: JsonObject = {
      ...order,
      note: `Grüße, "日本" ${random.id()}`,
      nested: { list: [1, null, { deep: true }], empty: {} },
    }
    if (i % 3 !== 0) data.userId = userId
    if (/failed|cancelled|refunded/.test(eventType)) data.reason = `reason ${random.whole(1, 99)}`
    return { eventType, data }
  })
}

const linesOf = (inputs: readonly unknown[]) => inputs.map((input) => `${JSON.stringify(input)}\n`).join('')

/** A few good lines of every type, and a thousand of one. */
const makeEvents = scenario({
  name: 'c-good',
  topics: 'none',
  drive: async (shop) => {
    const few = goodInputs(shop.random)
    const many = Array.from({ length: MANY }, () => ({
      eventType: 'order-created',
      data: { ...makeOrder(shop.random) },
    }))
    const began = Date.now()
    const first = await shop.run('create-event', { as: 'few', stdin: linesOf(few) })
    // One that never ends would only not end again.
    if (first.ended === undefined) await shop.run('create-event', { as: 'many', stdin: linesOf(many) })
    return { few, many: many.length, began, ended: Date.now() }
  },
})

/**
 * Each invalid line once between two good ones; and one long input in which a line is broken JSON and another the bare word NaN,
 * with blank lines before them, so that only who counts those finds the right number.
 */
const refuseInvalid = scenario({
  name: 'c-invalid',
  topics: 'none',
  drive: async (shop) => {
    const cases = invalidCases(shop.random)
    const runs = cases.map((one, i) => ({
      ...one,
      name: `invalid-${i}`,
      good: [goodInput(shop.random), goodInput(shop.random)],
    }))
    const [first, ...rest] = runs
    if (first !== undefined) await runCase(shop, first)
    const queue = [...rest]
    const work = async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await runCase(shop, one)
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
    return { runs, broken: await runBroken(shop) }
  },
})

const goodInput = (random: Random): Input => ({ eventType: 'order-created', data: { ...makeOrder(random) } })

function runCase(shop: Shop, one: InvalidCase & { name: string; good: Input[] }): Promise<ProcessStory> {
  const [before, behind] = one.good.map((input) => JSON.stringify(input))
  return shop.run('create-event', { as: one.name, stdin: `${before}\n${one.line}\n${behind}\n` })
}

async function runBroken(shop: Shop) {
  const good = Array.from({ length: 40 }, () => goodInput(shop.random))
  const lines = good.flatMap((input, i) => (i % 8 === 3 ? ['', JSON.stringify(input)] : [JSON.stringify(input)]))
  // Far enough down that no other number of the output is taken for it.
  lines.unshift(...Array.from({ length: shop.random.whole(120, 160) }, () => ''))
  const at = lines.length - 4
  lines.splice(at, 0, '{"eventType":"order-created","data":{"orderId":')
  lines.splice(at + 2, 0, 'NaN')
  await shop.run('create-event', { as: 'broken', stdin: `${lines.join('\n')}\n` })
  return { good, lines: [at + 1, at + 3] }
}

/**
 * The lines that look like an event; whatever else is printed is nobody's business. Two fields of an envelope may also stand in a line of a log: such lines
 * count only where there are not enough with more.
 */
function outputOf(story: ProcessStory, wanted: number): JsonObject[] {
  const objects = story.lines.flatMap(({ stream, text }) => {
    const value = stream === 'out' ? parseJson(text.trim()) : undefined
    return isObject(value) ? [value] : []
  })
  const withFields = (least: number) =>
    objects.filter((value) => ENVELOPE.filter((name) => name in value).length >= least)
  const sure = withFields(3)
  return sure.length === wanted ? sure : withFields(2)
}

const ENVELOPE = ['eventId', 'eventType', 'timestamp', 'data']

function failedRun(story: ProcessStory | undefined, did: string): Judgement | undefined {
  if (story === undefined)
    return fail('event.never-ends', { did, saw: 'nothing: the run before it was still running after 60 s' })
  if (story.ended === 'deadline') return fail('event.never-ends', { did, saw: 'it was still running after 60 s' })
  return undefined
}

function envelopeProblem(event: JsonObject, input: Input): string | undefined {
  if (typeof event.eventId !== 'string' || event.eventId === '') return `eventId is ${show(event.eventId)}`
  if (event.eventType !== input.eventType) return `eventType is ${show(event.eventType)}, not "${input.eventType}"`
  if (typeof event.timestamp !== 'string') return `timestamp is ${show(event.timestamp)}`
  return isObject(event.data) ? undefined : `data is ${show(event.data)}`
}

/** The field's name in any spelling: orderId, order_id, "order id". */
const mentions = (story: ProcessStory, field: string) =>
  story.lines.some(
    ({ stream, text }) =>
      stream === 'err' &&
      text
        .toLowerCase()
        .replace(/[^a-z]/g, '')
        .includes(field.toLowerCase()),
  )

export const checks = [
  check({
    id: 'C1',
    title: 'Each line becomes one event, complete, typed and in order, its data unchanged',
    marks: 3,
    timing: true,
    drive: makeEvents,
    judge: (history) => {
      const [story] = storiesOf(history, 'few')
      const { few } = history.given
      const did = `ran "create-event" with ${few.length} good lines, such as ${clip(JSON.stringify(few[0]), 200)}`
      const failed = failedRun(story, did)
      if (failed !== undefined || story === undefined) return failed as Judgement
      const events = outputOf(story, few.length)
      if (events.length === 0 || story.exit?.code !== 0) {
        const saw = `${events.length} events, ${endOf(story)}${lastWords(story)}`
        return fail('event.command-failed', { did, saw })
      }
      if (events.length !== few.length)
        return fail('event.count', { did, saw: `${events.length} events for ${few.length} lines` })
      const swapped = few.findIndex(
        (input, i) =>
          !sameJson(events[i]?.data, input.data) && events.some((event) => sameJson(event.data, input.data)),
      )
      if (swapped >= 0)
        return fail('event.order', { did, saw: `the event of line ${swapped + 1} came in another place` })
      for (const [i, input] of few.entries()) {
        const event = events[i] as JsonObject
        const problem = envelopeProblem(event, input)
        if (problem !== undefined)
          return fail('event.envelope', { did, saw: clip(JSON.stringify(event), 300), first: problem })
        const difference = firstDifference(event.data, input.data, 'data')
        if (difference !== undefined)
          return fail('event.data-changed', { did, saw: clip(JSON.stringify(event), 300), first: difference })
      }
      return pass
    },
  }),

  check({
    id: 'C2',
    title: '1,000 events have 1,000 ids and a timestamp that is now, in UTC',
    marks: 1,
    restsOn: ['C1'],
    timing: true,
    drive: makeEvents,
    judge: (history) => {
      const [story] = storiesOf(history, 'many')
      const { many, began, ended } = history.given
      const did = `ran "create-event" with ${many} lines`
      const failed = failedRun(story, did)
      if (failed !== undefined || story === undefined) return failed as Judgement
      const events = outputOf(story, many)
      if (events.length !== many) return fail('event.count', { did, saw: `${events.length} events${lastWords(story)}` })
      const ids = new Set(events.map((event) => show(event.eventId)))
      if (ids.size !== many)
        return fail('event.id-repeated', { did, saw: `${ids.size} different ids among ${many} events` })
      for (const [i, event] of events.entries()) {
        const problem = timeProblem(event.timestamp, began, ended)
        if (problem !== undefined) return fail('event.timestamp', { did, saw: `event ${i + 1}: ${problem}` })
      }
      return pass
    },
  }),

  check({
    id: 'C3',
    title: 'An invalid line is refused by name, and the others still come out',
    marks: 2,
    restsOn: ['C1'],
    drive: refuseInvalid,
    judge: (history) => {
      for (const { name, what, field, line, good } of history.given.runs) {
        const [story] = storiesOf(history, name)
        const did = `ran "create-event" with a good line, one with ${what}, and a good line: ${clip(line, 200)}`
        const judgement = failedRun(story, did) ?? judgeRefusal(story as ProcessStory, good, did)
        if (judgement !== pass) return judgement
        if (mentions(story as ProcessStory, field)) continue
        return fail('event.field-unnamed', {
          did,
          saw: `no "${field}" on standard error${lastWords(story as ProcessStory)}`,
        })
      }
      const { good, lines } = history.given.broken
      const [story] = storiesOf(history, 'broken')
      const did = `ran "create-event" with broken JSON in line ${lines[0]} and the bare word NaN in line ${lines[1]}, blank lines counted`
      const judgement = failedRun(story, did) ?? judgeRefusal(story as ProcessStory, good, did)
      if (judgement !== pass) return judgement
      const missing = lines.find(
        (number) =>
          !story?.lines.some(
            ({ stream, text }) => stream === 'err' && new RegExp(`(?<!\\d)${number}(?!\\d)`).test(text),
          ),
      )
      if (missing === undefined) return pass
      return fail('event.line-unnamed', {
        did,
        saw: `no number ${missing} on standard error${lastWords(story as ProcessStory)}`,
      })
    },
  }),
]

/** By its order id, wherever it stands: what else is in the event is for C1 to judge. */
const isOf = (event: JsonObject, { data }: Input): boolean => JSON.stringify(event).includes(String(data.orderId))

function judgeRefusal(story: ProcessStory, good: readonly Input[], did: string): Judgement {
  const events = outputOf(story, good.length)
  const extra = events.find((event) => !good.some((input) => isOf(event, input)))
  if (extra !== undefined)
    return fail('event.invalid-accepted', { did, saw: `an event for it: ${clip(JSON.stringify(extra), 300)}` })
  if (events.length !== good.length) {
    const saw = `${events.length} of the ${good.length} good lines came out, ${endOf(story)}${lastWords(story)}`
    return fail('event.good-lost', { did, saw })
  }
  return story.exit?.code === 0 ? fail('event.exit-zero', { did, saw: 'exit code 0' }) : pass
}
