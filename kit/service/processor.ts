import { setTimeout as pause } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { LogRecord } from '../kafka/bus.ts'
import type { Ledger, NewOutboxRow, OutboxRow, ParkedRow } from '../store/ledger.ts'
import type { Store } from '../store/store.ts'
import { toDeadLetter } from './dead-letter.ts'
import type { Decide } from './decision.ts'
import type { AnyEnvelope, EventReader } from './envelope.ts'
import type { Faults } from './faults.ts'
import { type Handled, type Inbound, type Plan, planBatch, type States } from './plan.ts'
import { type RetryPolicy, retryDelay } from './retry-policy.ts'
import type { Switches } from './switches/switches.ts'

/** How a service's states get in and out of its tables; every method is a statement or two, whatever the size of the batch. */
export interface Repository<DB, E, S, Out, W extends States<E, S> = States<E, S>> {
  load(tx: Transaction<DB>, events: readonly E[]): Promise<W>
  /** `at`: the time that this transaction's events carry. */
  save(tx: Transaction<DB>, states: W, handled: readonly Handled<E, Out>[], at: number): Promise<void>
}

export interface ProcessorOptions<DB, E extends AnyEnvelope, S, Out, W extends States<E, S>> {
  /** The consumer group's name: inbox rows are kept under it. */
  readonly consumer: string
  readonly owner: string
  readonly store: Store<DB>
  readonly ledger: Ledger
  readonly read: EventReader<E>
  readonly keyOf: (event: E) => string
  readonly decide: Decide<S, E, Out>
  /** A state as it was before this event came: what is left of it when nothing remembers the event. Default: the state itself. */
  readonly asIfNew?: ((state: S) => S) | undefined
  readonly repository: Repository<DB, E, S, Out, W>
  /** Makes the outbox row of an emission; `cause` is the event that led to it, with its record's headers. Must not throw. */
  readonly toRow: (emission: Out, cause: Pick<Handled<E, Out>, 'event' | 'headers'>, at: number) => NewOutboxRow
  readonly retry: RetryPolicy
  readonly faults: Faults
  readonly switches: Switches
  readonly now: () => number
  readonly random: () => number
  /** Told after the commit; must not throw. */
  readonly onCommitted: (outcome: Outcome<E, Out>) => void
}

export interface Outcome<E extends AnyEnvelope, Out> extends Plan<E, Out> {
  readonly outbox: readonly OutboxRow[]
  /** Records that went to a dead-letter topic in this transaction. */
  readonly deadLettered: number
  /** All that was read, in order. */
  readonly batch: readonly Inbound<E>[]
  /** Ms since 1970. */
  readonly takenUpAt: number
}

/** Applies records exactly once, however often they come. */
export interface Processor {
  /** When it returns, the records' effects are in the database and their offsets may be committed. Throws only for faults of the machine. */
  process(records: readonly LogRecord[]): Promise<void>
}

const keyText = (record: LogRecord): string => record.key?.toString('utf8') ?? ''

export const readInbound = <E extends AnyEnvelope>(
  record: LogRecord,
  read: EventReader<E>,
  keyOf: (event: E) => string,
): Inbound<E> => {
  const parsed = read(record.topic, record.value)
  return { record, parsed, key: parsed.ok ? keyOf(parsed.event) : keyText(record) }
}

const toParked = <E extends AnyEnvelope>(
  consumer: string,
  { inbound, event, error }: Plan<E, unknown>['setAside'][number],
  dueAt: number,
): Omit<ParkedRow, 'id'> => ({
  consumer,
  key: inbound.key,
  topic: inbound.record.topic,
  partition: inbound.record.partition,
  offset: String(inbound.record.offset),
  eventId: event.eventId,
  payload: inbound.record.value?.toString('utf8') ?? '',
  headers: inbound.record.headers,
  attempts: error === null ? 0 : 1,
  dueAt,
  error: error?.message ?? null,
})

/**
 * The heart of the kit: one batch, one transaction. Read → drop what the inbox knows → load all states at once → fold the pure decision over
 * them → write states, inbox rows, outbox rows and what failed, together or not at all.
 */
export const createProcessor = <DB, E extends AnyEnvelope, S, Out, W extends States<E, S>>(
  options: ProcessorOptions<DB, E, S, Out, W>,
): Processor => {
  const { consumer, owner, store, ledger, repository, faults, switches, now } = options

  const bury = async (tx: Transaction<DB>, plan: Plan<E, Out>, at: number): Promise<NewOutboxRow[]> => {
    if (plan.unreadable.length === 0) return []
    if (switches.deadLetters.on !== null) {
      switches.deadLetters.injected += plan.unreadable.length
      return []
    }
    const origins = plan.unreadable.map(({ inbound: { record } }) => ({
      topic: record.topic,
      partition: record.partition,
      offset: String(record.offset),
    }))
    const fresh = new Set((await ledger.bury(tx, consumer, origins, at)).map(originText))
    return plan.unreadable
      .filter((_, i) => fresh.has(originText(origins[i]!)))
      .map(({ inbound: { record }, reason }) => {
        const letter = toDeadLetter(record, {
          ...originOf(record),
          group: consumer,
          error: reason,
          attempts: 0,
          at: new Date(at).toISOString(),
        })
        return deadLetterRow(letter)
      })
  }

  const apply = async (tx: Transaction<DB>, batch: readonly Inbound<E>[], takenUpAt: number) => {
    faults.passing('tx.begin')
    const at = now()
    const events = batch.flatMap(({ parsed }) => (parsed.ok ? [parsed.event] : []))
    const seen = await ledger.seen(
      tx,
      consumer,
      events.map(({ eventId }) => eventId),
    )
    const asIfNew = switches.inbox.on === null ? undefined : (options.asIfNew ?? itself)
    const fresh = asIfNew === undefined ? events.filter(({ eventId }) => !seen.has(eventId)) : events
    const blocked = await ledger.parkedKeys(tx, consumer, fresh.map(options.keyOf))
    const states = await repository.load(tx, fresh)
    const decide = switches.fallible(options.decide)
    const plan = planBatch({ batch, seen, blocked, states, decide, asIfNew })
    const dead = await bury(tx, plan, at)
    const rows = plan.handled.flatMap((item) => item.emit.map((emission) => options.toRow(emission, item, at)))
    if (plan.handled.length > 0) {
      await repository.save(tx, states, plan.handled, at)
      await ledger.remember(
        tx,
        consumer,
        plan.handled.map(({ event }) => event.eventId),
        at,
      )
    }
    if (plan.setAside.length > 0) {
      const isSoon = (error: Error | null) => error === null || switches.retry.on !== null
      const due = (error: Error | null) => (isSoon(error) ? at : at + retryDelay(options.retry, 1, options.random))
      await ledger.park(
        tx,
        plan.setAside.map((item) => toParked(consumer, item, due(item.error))),
        at,
      )
    }
    const outbox = await ledger.enqueue(tx, owner, [...rows, ...dead], at)
    const outcome = { ...plan, outbox, deadLettered: dead.length, batch, takenUpAt }
    if (hasWritten(outcome)) faults.passing('tx.before-commit')
    return outcome
  }

  const processAll = async (records: readonly LogRecord[]): Promise<void> => {
    faults.passing('consume.received')
    const takenUpAt = now()
    const batch = records.map((record) => readInbound(record, options.read, options.keyOf))
    faults.passing('consume.before-apply')
    const outcome = await store.transaction((tx) => apply(tx, batch, takenUpAt))
    if (hasWritten(outcome)) faults.passing('tx.after-commit/before-ack')
    switches.inbox.injected += outcome.repeated.length
    options.onCommitted(outcome)
    faults.passing('consume.applied-not-committed')
  }

  const processSlowly = async (records: readonly LogRecord[]): Promise<void> => {
    for (const record of records) {
      const { on } = switches.slow
      if (on !== null) {
        switches.slow.injected += 1
        await pause(on.ms)
      }
      await processAll([record])
    }
  }

  return { process: (records) => (switches.slow.on === null ? processAll(records) : processSlowly(records)) }
}

/** A crash around a commit is one around an effect: records that come once more and change nothing do not meet it. */
const hasWritten = ({
  handled,
  setAside,
  outbox,
}: Pick<Outcome<AnyEnvelope, unknown>, 'handled' | 'setAside' | 'outbox'>) =>
  handled.length + setAside.length + outbox.length > 0

const itself = <S>(state: S): S => state

const originOf = ({ topic, partition, offset }: LogRecord) => ({ topic, partition, offset: String(offset) })
const originText = ({ topic, partition, offset }: { topic: string; partition: number; offset: string }): string =>
  `${topic}/${partition}/${offset}`

/** Dead letters leave by the outbox like any other event: none is lost, and none is written for work that was rolled back. */
export const deadLetterRow = (letter: ReturnType<typeof toDeadLetter>): NewOutboxRow => ({
  aggregateId: letter.key ?? '',
  topic: letter.topic,
  key: letter.key,
  payload: letter.value,
  headers: letter.headers ?? {},
})
