import type { SagaKind, StepModel, TopicModel } from '../model.ts'
import type { SagaStatus, SagaSummary, Time } from '../protocol.ts'
import type { Seen } from './seen.ts'

/** A step, and whose it is. */
export interface PlannedStep extends StepModel {
  readonly topic: string
  readonly producer: string | null
}

/** The steps of one kind of saga, in the order in which an order meets them. */
export type Plan = readonly PlannedStep[]
export type Plans = Readonly<Record<SagaKind, Plan>>

export function plansOf(topics: readonly TopicModel[]): Plans {
  const all = topics.flatMap(({ name, producer, steps }) => steps.map((step) => ({ ...step, topic: name, producer })))
  const ranked = all.map((step, index) => ({ ...step, rank: step.rank ?? index })).sort((a, b) => a.rank - b.rank)
  const of = (kind: SagaKind): Plan => ranked.filter(({ saga = kind }) => saga === kind)
  return { choreography: of('choreography'), orchestration: of('orchestration') }
}

/** Of a record, what a saga keeps: ten thousand of them must not hold every byte that they were made of. */
export type Note = Pick<Seen, 'dot' | 'causationId' | 'traceId'>

/** All that was heard of one order. */
export interface Saga {
  readonly orderId: string
  /** Of the kind of saga that it is. */
  readonly plan: Plan
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

export function beginSaga(orderId: string, plan: Plan, now: Time): Saga {
  return {
    ...{ orderId, plan, steps: new Map(), records: [], events: 0, firstSeen: now, lastSeen: now },
    marks: new Set(),
    reason: null,
  }
}

/** The saga with one more record. Which of its records came first makes no difference to the result. */
export function addRecord(saga: Saga, seen: Seen, plans: Plans): Saga {
  const { dot, causationId, traceId, step } = seen
  const note: Note = { dot, causationId, traceId }
  const plan = seen.orchestrated ? plans.orchestration : saga.plan
  const marks = new Set(saga.marks)
  if (dot.duplicate) marks.add('duplicate')
  if (seen.origin !== null) marks.add('dead-letter')
  return {
    ...saga,
    plan,
    steps: step === null || saga.steps.has(step) ? saga.steps : new Map([...saga.steps, [step, note]]),
    records: saga.records.length < RECORDS ? [...saga.records, note] : saga.records,
    events: saga.events + 1,
    lastSeen: dot.seen,
    marks,
    reason: saga.reason ?? seen.reason,
  }
}

export function isEnded(status: SagaStatus): boolean {
  return status === 'confirmed' || status === 'cancelled'
}

/** No progress for this long, and not ended: stuck. */
export const STUCK_MS = 15_000

export function statusOf(saga: Saga, now: Time): SagaStatus {
  const status = fateOf(saga)
  return !isEnded(status) && now - saga.lastSeen >= STUCK_MS ? 'stuck' : status
}

/** Where it stands, however long it has stood there. */
function fateOf(saga: Saga): SagaStatus {
  const { steps, plan } = saga
  if (hasFailed(saga)) return compensations(saga).every(({ id }) => steps.has(id)) ? 'cancelled' : 'compensating'
  const last = plan.findLast(({ lane }) => lane === 'forward')
  return last !== undefined && steps.has(last.id) ? 'confirmed' : 'running'
}

export function hasFailed({ steps, plan }: Saga): boolean {
  return plan.some(({ id, lane }) => lane !== 'forward' && steps.has(id))
}

/** What has to be undone: every forward step that was done and has a compensation. The first step was done, or there would be no order. */
export function compensations({ steps, plan }: Saga): Plan {
  const first = firstOf(plan)?.id
  return plan.filter(({ lane, of }) => lane === 'compensation' && of !== null && (of === first || steps.has(of)))
}

const firstOf = (plan: Plan): PlannedStep | undefined => plan.find(({ lane }) => lane === 'forward')

/** The first step that is still to come: its service is waited for. */
function nextStep(saga: Saga): PlannedStep | undefined {
  const { steps, plan } = saga
  if (hasFailed(saga)) return compensations(saga).find(({ id }) => !steps.has(id))
  return plan.find(({ id, lane }) => lane === 'forward' && !steps.has(id))
}

const placedOf = ({ steps, plan }: Saga): Note | undefined => steps.get(firstOf(plan)?.id ?? '')

/** Order placed → the last step that it needed, by the producers' clocks, ms. Null while it runs, or where its beginning was not seen. */
export function criticalMs(saga: Saga, status: SagaStatus): number | null {
  const placed = placedOf(saga)
  if (!isEnded(status) || placed === undefined) return null
  const times = [...saga.steps.values()].map(({ dot }) => dot.at)
  return Math.max(0, Math.max(...times) - placed.dot.at)
}

export function summaryOf(saga: Saga, { status, handlings }: Pick<SagaSummary, 'status' | 'handlings'>): SagaSummary {
  const newest = saga.records.at(-1)
  return {
    orderId: saga.orderId,
    status,
    startedAt: placedOf(saga)?.dot.at ?? saga.records[0]?.dot.at ?? saga.firstSeen,
    lastAt: newest?.dot.at ?? saga.lastSeen,
    events: saga.events,
    handlings,
    criticalMs: criticalMs(saga, status),
    reason: saga.reason,
    marks: [...saga.marks],
    sentence: sentenceOf(saga, status),
  }
}

/** `created, paid, no stock, refunded, cancelled`; what is still to come: `…, waiting for inventory`. */
function sentenceOf(saga: Saga, status: SagaStatus): string {
  const done = saga.plan
    .flatMap((step, rank) => {
      const note = saga.steps.get(step.id)
      return note === undefined ? [] : [{ at: note.dot.at, rank, word: step.word }]
    })
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
  const words = done.map(({ word }) => word)
  const waited = isEnded(status) ? null : (nextStep(saga)?.producer ?? null)
  if (status === 'confirmed') words.push('confirmed')
  if (waited !== null) words.push(`waiting for ${waited}`)
  if (saga.marks.has('duplicate')) words.push('one of its events came twice')
  if (saga.marks.has('dead-letter')) words.push('one of its events is a dead letter')
  return words.join(', ')
}
