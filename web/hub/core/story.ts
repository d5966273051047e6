import type { Dot, SagaStory, StoryStep } from '../protocol.ts'
import type { Work } from './otlp.ts'
import { compensations, hasFailed, isEnded, type Note, type PlannedStep, type Saga } from './saga.ts'
import { placeOfDot } from './seen.ts'
import type { HubState } from './state.ts'

/** One order's story: what was done, what is to come, and what undoes it. Undefined for an order that nothing was heard of. */
export function storyOf(state: HubState, orderId: string): SagaStory | undefined {
  const saga = state.sagas.get(orderId)
  const summary = state.sagas.summary(orderId)
  if (saga === undefined || summary === undefined) return undefined
  const traces = new Set(saga.records.flatMap(({ traceId }) => traceId ?? []))
  return {
    summary,
    steps: stepsOf(saga, isEnded(summary.status)).map((step) => timed(step, saga, state)),
    records: saga.records.map(({ dot }) => dot),
    spans: [...traces].flatMap((traceId) => state.spansOf(traceId)),
  }
}

/** A step before its times are known. */
type Untimed = Omit<StoryStep, 'waitedMs' | 'workedMs'>

/** The forward steps with what became of each, then the compensations of the plan. */
export function stepsOf(saga: Saga, ended: boolean): Untimed[] {
  const { plan, steps } = saga
  const failed = hasFailed(saga)
  const forward = plan
    .filter(({ lane }) => lane === 'forward')
    .map((step): Untimed => {
      const failure = plan.find((one) => one.lane === 'failure' && one.of === step.id && steps.has(one.id))
      if (failure !== undefined && !steps.has(step.id)) return drawn(failure, steps.get(failure.id), 'failed')
      return drawn(step, steps.get(step.id), failed ? 'not-needed' : 'to-come')
    })
  const needed = new Set(failed ? compensations(saga).map(({ id }) => id) : [])
  const undoing = plan
    .filter(({ lane }) => lane === 'compensation')
    .map((step) => drawn(step, steps.get(step.id), needed.has(step.id) && !ended ? 'to-come' : 'not-needed'))
  return [...forward, ...undoing]
}

function drawn(
  { id, title, producer, lane, of }: PlannedStep,
  seen: Note | undefined,
  otherwise: 'to-come' | 'failed' | 'not-needed',
): Untimed {
  return {
    type: id,
    title,
    service: producer,
    lane: lane === 'compensation' ? 'compensation' : 'forward',
    undoes: lane === 'compensation' ? of : null,
    state: seen !== undefined && lane !== 'failure' ? 'done' : otherwise,
    at: seen?.dot.at ?? null,
    record: seen?.dot ?? null,
  }
}

/** Waiting is from the record that caused the step until its service took it up; work, until it had done it. */
function timed(step: Untimed, saga: Saga, state: HubState): StoryStep {
  const own = step.record
  const cause = own === null ? undefined : causeOf(own, saga)
  const work = cause === undefined ? undefined : workOn(state, cause.dot, own?.from ?? null)
  if (cause === undefined || work === undefined) return { ...step, waitedMs: null, workedMs: null }
  return { ...step, waitedMs: Math.max(0, work.startMs - cause.dot.at), workedMs: work.workedMs }
}

function causeOf(dot: Dot, { records }: Saga): Note | undefined {
  const own = records.find((one) => one.dot === dot)
  return own?.causationId == null ? undefined : records.find((one) => one.dot.id === own.causationId && one.dot !== dot)
}

function workOn(state: HubState, dot: Dot, service: string | null): Work | undefined {
  return state.worksOf(placeOfDot(dot)).find((one) => one.service === service && one.outcome === 'handled')
}
