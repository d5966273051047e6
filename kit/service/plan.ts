import type { Headers, LogRecord } from '../kafka/bus.ts'
import type { Decide } from './decision.ts'
import type { AnyEnvelope, Parsed } from './envelope.ts'

/** A record with what became of reading it. `key` is what keeps order: events of one key are handled one behind the other. */
export interface Inbound<E extends AnyEnvelope> {
  readonly record: LogRecord
  readonly key: string
  readonly parsed: Parsed<E>
}

/**
 * The working set of one batch: the states of all its keys, loaded at once, changed in memory, saved at once.
 * Two events of one key in a batch see each other's changes.
 */
export interface States<E, S> {
  get(event: E): S
  set(event: E, state: S): void
}

export interface Handled<E, Out> {
  readonly event: E
  /** The record's headers: a trace goes on in what is emitted. */
  readonly headers: Headers
  readonly emit: readonly Out[]
}

/** An event that could not be handled now: it failed, or it waits behind one of its key that did. */
export interface SetAside<E extends AnyEnvelope> {
  readonly inbound: Inbound<E>
  readonly event: E
  /** What the handler threw; null for one that only waits. */
  readonly error: Error | null
}

export interface Plan<E extends AnyEnvelope, Out> {
  readonly handled: readonly Handled<E, Out>[]
  readonly setAside: readonly SetAside<E>[]
  readonly unreadable: readonly { readonly inbound: Inbound<E>; readonly reason: string }[]
  /** In the inbox already, or twice in this batch. */
  readonly duplicates: readonly E[]
  /** Handled all the same, because the inbox is switched off; they are among `handled` too. */
  readonly repeated: readonly E[]
}

export interface PlanInput<E extends AnyEnvelope, S, Out> {
  readonly batch: readonly Inbound<E>[]
  /** Event ids that are in the inbox. */
  readonly seen: ReadonlySet<string>
  /** Keys with events that failed before and wait for their next try. */
  readonly blocked: ReadonlySet<string>
  readonly states: States<E, S>
  readonly decide: Decide<S, E, Out>
  /** Given while the inbox is switched off: a repeated event is decided upon this state, as if it had never come. */
  readonly asIfNew?: ((state: S) => S) | undefined
}

/**
 * Decides a whole batch without doing anything: which events are new, what each one changes and emits, and which have to wait.
 * One bad event takes only the later events of its own key with it.
 */
export const planBatch = <E extends AnyEnvelope, S, Out>(input: PlanInput<E, S, Out>): Plan<E, Out> => {
  const plan = {
    handled: [] as Handled<E, Out>[],
    setAside: [] as SetAside<E>[],
    unreadable: [] as { inbound: Inbound<E>; reason: string }[],
    duplicates: [] as E[],
    repeated: [] as E[],
  }
  const seen = new Set(input.seen)
  const blocked = new Set(input.blocked)
  for (const inbound of input.batch) {
    if (!inbound.parsed.ok) {
      plan.unreadable.push({ inbound, reason: inbound.parsed.reason })
      continue
    }
    const { event } = inbound.parsed
    const isRepeated = seen.has(event.eventId)
    if (isRepeated && input.asIfNew === undefined) {
      plan.duplicates.push(event)
      continue
    }
    seen.add(event.eventId)
    if (blocked.has(inbound.key)) {
      plan.setAside.push({ inbound, event, error: null })
      continue
    }
    try {
      const before = input.states.get(event)
      const { state, emit } = input.decide(event, isRepeated ? input.asIfNew!(before) : before)
      input.states.set(event, state)
      plan.handled.push({ event, headers: inbound.record.headers, emit })
      if (isRepeated) plan.repeated.push(event)
    } catch (error) {
      blocked.add(inbound.key)
      plan.setAside.push({ inbound, event, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return plan
}
