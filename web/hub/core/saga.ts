import type { StepModel, TopicModel } from '../model.ts'
import type { Dot, SagaStatus, SagaSummary, Time } from '../protocol.ts'
import type { Seen } from './seen.ts'

/** The topics that are steps of an order's saga, in the model's order. */
export type Plan = readonly (TopicModel & { readonly step: StepModel })[]

export function planOf(topics: readonly TopicModel[]): Plan {
  return topics.filter((topic): topic is Plan[number] => topic.step !== null)
}

/** Of a record, what a saga keeps: ten thousand of them must not hold every byte that they were made of. */
export type Note = Pick<Seen, 'dot' | 'causationId' | 'traceId'>

/** All that was heard of one order. */
export interface Saga {
  readonly orderId: string
  /** Step → the first record that says it. Records come from many partitions, so in any order. */
  readonly steps: ReadonlyMap<string, Note>
  /** Every record of the order, oldest first, as many as are kept. */
  readonly records: readonly Note[]
  readonly events: number
  /** Hub's clock: of the first and of the newest record. */
  readonly firstSeen: Time
  readonly lastSeen: Time
  readonly marks: ReadonlySet<SagaSummary['marks'][number]>
  readonly reason: string | null
}

/** An order with more records than this is somebody's experiment: the first ones tell it. */
const RECORDS = 40

export function beginSaga(orderId: string, now: Time): Saga {
  return {
    ...{ orderId, steps: new Map(), records: [], events: 0, firstSeen: now, lastSeen: now },
    marks: new Set(),
    reason: null,
  }
}

/** The saga with one more record. Which of its records came first makes no difference to the result. */
export function addRecord(saga: Saga, seen: Seen, plan: Plan): Saga {
  const { dot, causationId, traceId } = seen
  const note: Note = { dot, causationId, traceId }
  const isNews = isStep(dot, plan) && !saga.steps.has(dot.topic)
  const marks = new Set(saga.marks)
  if (dot.duplicate) marks.add('duplicate')
  if (seen.origin !== null) marks.add('dead-letter')
  return {
    ...saga,
    steps: isNews ? new Map([...saga.steps, [dot.topic, note]]) : saga.steps,
    records: saga.records.length < RECORDS ? [...saga.records, note] : saga.records,
    events: saga.events + 1,
    lastSeen: dot.seen,
    marks,
    reason: saga.reason ?? seen.reason,
  }
}

/** A record that is no event has no id, and takes no order anywhere. */
export function isStep({ topic, id }: Dot, plan: Plan): boolean {
  return id !== null && plan.some(({ name }) => name === topic)
}

export function isEnded(status: SagaStatus): boolean {
  return status === 'confirmed' || status === 'cancelled'
}

/** No progress for this long, and not ended: stuck. */
export const STUCK_MS = 15_000

export function statusOf(saga: Saga, plan: Plan, now: Time): SagaStatus {
  const status = fateOf(saga, plan)
  return !isEnded(status) && now - saga.lastSeen >= STUCK_MS ? 'stuck' : status
}

/** Where it stands, however long it has stood there. */
function fateOf({ steps }: Saga, plan: Plan): SagaStatus {
  if (hasFailed(steps, plan))
    return compensations(steps, plan).every(({ name }) => steps.has(name)) ? 'cancelled' : 'compensating'
  const last = plan.findLast(({ step }) => step.lane === 'forward')
  return last !== undefined && steps.has(last.name) ? 'confirmed' : 'running'
}

type Steps = Saga['steps']

export function hasFailed(steps: Steps, plan: Plan): boolean {
  return plan.some(({ name, step }) => step.lane !== 'forward' && steps.has(name))
}

/** What has to be undone: every forward step that was done and has a compensation. The first step was done, or there would be no order. */
export function compensations(steps: Steps, plan: Plan): Plan {
  const first = plan.find(({ step }) => step.lane === 'forward')?.name
  return plan.filter(
    ({ step: { lane, of } }) => lane === 'compensation' && of !== null && (of === first || steps.has(of)),
  )
}

/** The first step that is still to come: its service is waited for. */
export function nextStep({ steps }: Saga, plan: Plan): Plan[number] | undefined {
  if (hasFailed(steps, plan)) return compensations(steps, plan).find(({ name }) => !steps.has(name))
  return plan.find(({ name, step }) => step.lane === 'forward' && !steps.has(name))
}

/** Order placed → the last step that it needed, by the producers' clocks, ms. Null while it runs, or where its beginning was not seen. */
export function criticalMs(saga: Saga, plan: Plan, status: SagaStatus): number | null {
  const first = plan.find(({ step }) => step.lane === 'forward')
  const placed = first === undefined ? undefined : saga.steps.get(first.name)
  if (!isEnded(status) || placed === undefined) return null
  const times = [...saga.steps.values()].map(({ dot }) => dot.at)
  return Math.max(0, Math.max(...times) - placed.dot.at)
}

export function summaryOf(saga: Saga, plan: Plan, status: SagaStatus): SagaSummary {
  const first = plan.find(({ step }) => step.lane === 'forward')
  const placed = first === undefined ? undefined : saga.steps.get(first.name)
  const newest = saga.records.at(-1)
  return {
    orderId: saga.orderId,
    status,
    startedAt: placed?.dot.at ?? saga.records[0]?.dot.at ?? saga.firstSeen,
    lastAt: newest?.dot.at ?? saga.lastSeen,
    events: saga.events,
    criticalMs: criticalMs(saga, plan, status),
    reason: saga.reason,
    marks: [...saga.marks],
    sentence: sentenceOf(saga, plan, status),
  }
}

/** `created, paid, no stock, refunded, cancelled`; what is still to come: `…, waiting for inventory`. */
function sentenceOf(saga: Saga, plan: Plan, status: SagaStatus): string {
  const rank = new Map(plan.map(({ name }, i) => [name, i]))
  const done = [...saga.steps.values()].sort(
    (a, b) => a.dot.at - b.dot.at || (rank.get(a.dot.topic) ?? 0) - (rank.get(b.dot.topic) ?? 0),
  )
  const words = done.map(({ dot }) => plan[rank.get(dot.topic) ?? 0]?.step.word ?? dot.topic)
  const waited = isEnded(status) ? null : (nextStep(saga, plan)?.producer ?? null)
  if (status === 'confirmed') words.push('confirmed')
  if (waited !== null) words.push(`waiting for ${waited}`)
  if (saga.marks.has('duplicate')) words.push('one of its events came twice')
  if (saga.marks.has('dead-letter')) words.push('one of its events is a dead letter')
  return words.join(', ')
}
