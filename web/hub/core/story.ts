import type { StepModel } from '../model.ts'
import type { Dot, SagaStory, StoryStep } from '../protocol.ts'
import type { Work } from './otlp.ts'
import { compensations, hasFailed, isEnded, type Note, type Plan, type Saga } from './saga.ts'
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
    steps: stepsOf(saga, state.plan, isEnded(summary.status)).map((step) => timed(step, saga, state)),
    records: saga.records.map(({ dot }) => dot),
    spans: [...traces].flatMap((traceId) => state.spansOf(traceId)),
  }
}

/** A step before its times are known. */
type Untimed = Omit<StoryStep, 'waitedMs' | 'workedMs'>

/** The forward steps with what became of each, then the compensations of the plan. */
export function stepsOf(saga: Saga, plan: Plan, ended: boolean): Untimed[] {
  const failed = hasFailed(saga.steps, plan)
  const forward = plan
    .filter(({ step }) => step.lane === 'forward')
    .map((topic): Untimed => {
      const failure = plan.find(
        (one) => one.step.lane === 'failure' && one.step.of === topic.name && saga.steps.has(one.name),
      )
      if (failure !== undefined && !saga.steps.has(topic.name))
        return drawn(failure, saga.steps.get(failure.name), 'failed')
      return drawn(topic, saga.steps.get(topic.name), failed ? 'not-needed' : 'to-come')
    })
  const needed = new Set(failed ? compensations(saga.steps, plan).map(({ name }) => name) : [])
  const undoing = plan
    .filter(({ step }) => step.lane === 'compensation')
    .map((topic) =>
      drawn(topic, saga.steps.get(topic.name), needed.has(topic.name) && !ended ? 'to-come' : 'not-needed'),
    )
  return [...forward, ...undoing]
}

function drawn(
  { name, producer, step }: { name: string; producer: string | null; step: StepModel },
  seen: Note | undefined,
  otherwise: 'to-come' | 'failed' | 'not-needed',
): Untimed {
  return {
    type: name,
    title: step.title,
    service: producer,
    lane: step.lane === 'compensation' ? 'compensation' : 'forward',
    undoes: step.lane === 'compensation' ? step.of : null,
    state: seen !== undefined && step.lane !== 'failure' ? 'done' : otherwise,
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
