import type { LogRecord } from '../../kit/kafka/bus.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import type { Paint } from '../terminal/paint.ts'
import { endsOf } from './ends.ts'
import { type SagaStep, stepsOf } from './saga-steps.ts'

/** A step of an order, and when its producer handed the event to Kafka (ms since 1970). */
interface Step {
  /** The topic, or where its events can be several steps, which of them: see saga-steps.ts. */
  readonly type: string
  readonly at: number
}

/** What the log tells of one order. */
export interface Story {
  readonly orderId: string
  readonly steps: readonly Step[]
  /** Why it was refused or cancelled. */
  readonly reason: string | null
  /** One service leads it. */
  readonly orchestrated: boolean
}

/** What the services themselves say of it afterwards. */
export interface Outcome {
  readonly status: string
  /** When the mail was decided on, ms since 1970; null: none was seen in time. */
  readonly mailAt: number | null
  /** Why it needs somebody's attention, if it does. */
  readonly reason?: string | null
}

const STEPS = stepsOf('whole')
const RANK = new Map(STEPS.map(({ id, rank }) => [id, rank]))
const rankOf = ({ type }: Step): number => RANK.get(type) ?? -1

/** The topics from which a story is put together. */
export const storyTopics = (size: ShopSize): readonly string[] => [...new Set(stepsOf(size).map(({ topic }) => topic))]

export function beginStory(record: LogRecord): Story {
  const orderId = record.key?.toString('utf8') ?? ''
  return addStep({ orderId, steps: [], reason: null, orchestrated: false }, record)
}

/** The same story where the record tells nothing new. */
export function addStep(story: Story, record: LogRecord): Story {
  const data = dataOf(record)
  const step = STEPS.find(({ topic, when }) => topic === record.topic && (when === undefined || when(data)))
  const type = step?.id
  if (type === undefined || story.steps.some((one) => one.type === type)) return story
  const steps = [...story.steps, { type, at: record.timestamp }].sort(byCause)
  const reason = story.reason ?? (typeof data.reason === 'string' ? data.reason : null)
  return { ...story, steps, reason, orchestrated: story.orchestrated || data.saga === 'orchestration' }
}

function byCause(one: Step, other: Step): number {
  return one.at - other.at || rankOf(one) - rankOf(other)
}

/** The steps of the kind of saga that it is. */
function planOf({ orchestrated }: Story, size: ShopSize): readonly SagaStep[] {
  const kind = orchestrated ? 'orchestration' : 'choreography'
  return stepsOf(size).filter(({ saga = kind }) => saga === kind)
}

/**
 * Was everything heard that is going to happen? Events lie on several topics: a payment may be heard after the end that it led to. What failed
 * tells which steps came before it; each of them has to be heard, and to be undone.
 */
export function isComplete(story: Story, size: ShopSize = 'core'): boolean {
  const heard = new Set(story.steps.map(({ type }) => type))
  const plan = planOf(story, size)
  const forward = plan.filter(({ lane }) => lane === 'forward')
  if (!isCancelled(story)) return forward.every(({ id }) => heard.has(id))
  const failure = plan.find(({ id, lane }) => lane === 'failure' && heard.has(id))
  const failedAt = forward.findIndex(({ id }) => id === failure?.of)
  const done = failure === undefined ? forward.filter(({ id }) => heard.has(id)) : forward.slice(0, failedAt)
  const undone = ({ id }: SagaStep) =>
    plan.some(({ id: undo, lane, of }) => lane === 'compensation' && of === id && heard.has(undo))
  return done.every((step) => heard.has(step.id) && undone(step)) && (failure !== undefined || done.length > 1)
}

/** Is its fate decided? True before `isComplete`, and all that there will be for an order that was cancelled before it was paid. */
export function isEnded({ steps }: Story, size: ShopSize = 'core'): boolean {
  return steps.some(({ type }) => endsOf(size).includes(type))
}

export function isCancelled({ steps }: Story): boolean {
  return steps.some(({ type }) => type === 'order-cancelled')
}

/** The end of an id: ids that begin with the time look alike at the front. */
export function shortId(orderId: string): string {
  return orderId.length <= 8 ? orderId : `…${orderId.slice(-6)}`
}

/** `✓ order …3d4277  created → paid 4 ms → reserved 7 ms → confirmed, mail 9 ms`; each time counts from the first event. */
export function tellStory(story: Story, outcome: Outcome | null, paint: Paint, size: ShopSize = 'core'): string {
  const ended = isEnded(story, size)
  const mark = !ended ? paint.warn('…') : isCancelled(story) ? paint.bad('✗') : paint.good('✓')
  const end = ended ? ending(story, outcome, paint) : paint.warn(waiting(outcome))
  const led = story.orchestrated ? paint.faint(' orchestrated') : ''
  return `${mark} order ${shortId(story.orderId)}${led}  ${way(story, paint)}${end}`
}

function waiting(outcome: Outcome | null): string {
  if (outcome?.status !== 'NEEDS_ATTENTION') return ' → still waiting for the next step'
  return ` → needs attention${outcome.reason ? ` (${outcome.reason})` : ''}`
}

function way({ steps }: Story, paint: Paint): string {
  const start = steps[0]?.at ?? 0
  const words = steps.map(({ type, at }, i) => {
    const word = STEPS.find(({ id }) => id === type)?.word ?? type
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

function dataOf({ value }: LogRecord): Readonly<Record<string, unknown>> {
  try {
    const event = JSON.parse(value?.toString('utf8') ?? '') as { data?: unknown } | null
    const data = event?.data
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
