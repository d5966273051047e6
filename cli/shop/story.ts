import type { LogRecord } from '../../kit/kafka/bus.ts'
import type { Paint } from '../terminal/paint.ts'

/** An event of an order, and when its producer handed it to Kafka (ms since 1970). */
export interface Step {
  readonly type: string
  readonly at: number
}

/** What the log tells of one order. */
export interface Story {
  readonly orderId: string
  readonly steps: readonly Step[]
  /** Why it was refused or cancelled. */
  readonly reason: string | null
}

/** What the services themselves say of it afterwards. */
export interface Outcome {
  readonly status: string
  /** When the mail was decided on, ms since 1970; null: none was seen in time. */
  readonly mailAt: number | null
}

/** In the order in which one causes the next, so that steps of the same millisecond read right. */
export const STEP_WORDS: Readonly<Record<string, string>> = {
  'order-created': 'created',
  'payment-failed': 'payment declined',
  'payment-success': 'paid',
  'stock-failed': 'out of stock',
  'stock-reserved': 'reserved',
  'payment-refunded': 'refunded',
  'order-cancelled': 'cancelled',
}
const RANK = Object.keys(STEP_WORDS)

/** The topics from which a story is put together. */
export const STORY_TOPICS: readonly string[] = RANK

export function beginStory(record: LogRecord): Story {
  return addStep({ orderId: record.key?.toString('utf8') ?? '', steps: [], reason: null }, record)
}

/** The same story where the record tells nothing new. */
export function addStep(story: Story, record: LogRecord): Story {
  if (story.steps.some(({ type }) => type === record.topic)) return story
  const steps = [...story.steps, { type: record.topic, at: record.timestamp }].sort(byCause)
  return { ...story, steps, reason: story.reason ?? reasonIn(record) }
}

function byCause(one: Step, other: Step): number {
  return one.at - other.at || RANK.indexOf(one.type) - RANK.indexOf(other.type)
}

/**
 * Was everything heard that is going to happen? A payment's event lies on another topic than the end that it led to and may be heard
 * after it; an order that was paid and cancelled waits for its refund.
 */
export function isComplete(story: Story): boolean {
  const has = (type: string) => story.steps.some((step) => step.type === type)
  if (!isCancelled(story)) return has('stock-reserved') && has('payment-success')
  return has('payment-failed') || (has('payment-success') && has('payment-refunded'))
}

/** Is its fate decided? True before `isComplete`, and all that there will be for an order that was cancelled before it was paid. */
export function isEnded({ steps }: Story): boolean {
  return steps.some(({ type }) => type === 'stock-reserved' || type === 'order-cancelled')
}

export function isCancelled({ steps }: Story): boolean {
  return steps.some(({ type }) => type === 'order-cancelled')
}

/** The end of an id: ids that begin with the time look alike at the front. */
export function shortId(orderId: string): string {
  return orderId.length <= 8 ? orderId : `…${orderId.slice(-6)}`
}

/** `✓ order …3d4277  created → paid 4 ms → reserved 7 ms → confirmed, mail 9 ms`; each time counts from the first event. */
export function tellStory(story: Story, outcome: Outcome | null, paint: Paint): string {
  const mark = !isEnded(story) ? paint.warn('…') : isCancelled(story) ? paint.bad('✗') : paint.good('✓')
  const end = isEnded(story) ? ending(story, outcome, paint) : paint.warn(' → still waiting for the next step')
  return `${mark} order ${shortId(story.orderId)}  ${way(story, paint)}${end}`
}

function way({ steps }: Story, paint: Paint): string {
  const start = steps[0]?.at ?? 0
  const words = steps.map(({ type, at }, i) => {
    const word = STEP_WORDS[type] ?? type
    return i === 0 ? word : `${word} ${paint.faint(`${at - start} ms`)}`
  })
  return words.join(' → ')
}

function ending(story: Story, outcome: Outcome | null, paint: Paint): string {
  const status = outcome?.status.toLowerCase()
  const said = isCancelled(story) ? reason(story) : status === undefined ? '' : ` → ${status}`
  if (outcome === null) return said
  if (outcome.mailAt === null) return `${said}, ${paint.warn('no mail yet')}`
  return `${said}, mail ${paint.faint(`${outcome.mailAt - (story.steps[0]?.at ?? 0)} ms`)}`
}

function reason(story: Story): string {
  return story.reason === null ? '' : ` (${story.reason})`
}

function reasonIn({ value }: LogRecord): string | null {
  try {
    const event = JSON.parse(value?.toString('utf8') ?? '') as { data?: { reason?: unknown } } | null
    return typeof event?.data?.reason === 'string' ? event.data.reason : null
  } catch {
    return null
  }
}
