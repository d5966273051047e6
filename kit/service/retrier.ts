import type { Transaction } from 'kysely'
import type { NewOutboxRow, OutboxRow, ParkedRow } from '../store/ledger.ts'
import { toDeadLetter } from './dead-letter.ts'
import type { AnyEnvelope } from './envelope.ts'
import type { Handled, States } from './plan.ts'
import { deadLetterRow, type ProcessorOptions } from './processor.ts'
import { isExhausted, longestDelay, retryDelay } from './retry-policy.ts'

export interface Retrier {
  start(): void
  /** Looks soon: something was just set aside. */
  wake(): void
  stop(): Promise<void>
  /** One round: tries every event whose time has come. Returns how many it settled or postponed. */
  round(): Promise<number>
}

/** What one round did. */
export interface RetryRound<E, Out> {
  readonly handled: readonly Handled<E, Out>[]
  readonly outbox: readonly OutboxRow[]
  readonly retried: number
  readonly deadLettered: number
  /** Every event that was tried again. */
  readonly tries: readonly Try[]
  /** Ms since 1970. */
  readonly takenUpAt: number
}

/** One more try of an event that had failed. */
export interface Try {
  readonly row: ParkedRow
  /** What the handler threw; null when all went well. */
  readonly error: Error | null
  /** It went to the dead letters. */
  readonly isLast: boolean
}

export interface RetrierHooks<E, Out> {
  readonly onSettled: (result: RetryRound<E, Out>) => void
  /** A fault of the machine; the round comes again. */
  readonly onFailure: (error: unknown) => void
  /** Upper bound between two looks at the table. Default 1,000 ms. */
  readonly pollMs?: number
}

const perRound = 100

/**
 * Tries events that failed again, each key's first one only, so that those behind it keep their order and other keys never wait.
 * After the last try the event goes to its dead-letter topic and the ones behind it go on. All of it is in the database: a crash forgets no try.
 */
export const createRetrier = <DB, E extends AnyEnvelope, S, Out, W extends States<E, S>>(
  options: ProcessorOptions<DB, E, S, Out, W>,
  hooks: RetrierHooks<E, Out>,
): Retrier => {
  const { consumer, owner, store, ledger, repository, switches, now } = options
  let timer: NodeJS.Timeout | null = null
  let running: Promise<unknown> | null = null
  let stopped = false

  /** Decides one event as if it had just come; null where another delivery of it was handled in the meantime. */
  const tryAgain = async (tx: Transaction<DB>, row: ParkedRow, at: number): Promise<Handled<E, Out> | null> => {
    const parsed = options.read(row.topic, Buffer.from(row.payload))
    if (!parsed.ok) throw new Error(parsed.reason)
    const { event } = parsed
    if ((await ledger.seen(tx, consumer, [event.eventId])).has(event.eventId)) return null
    const states = await repository.load(tx, [event])
    const { state, emit } = switches.fallible(options.decide)(event, states.get(event))
    states.set(event, state)
    const handled = { event, headers: row.headers, emit }
    await repository.save(tx, states, [handled], at)
    await ledger.remember(tx, consumer, [event.eventId], at)
    return handled
  }

  const letterOf = (row: ParkedRow, error: Error, attempts: number, at: number): NewOutboxRow =>
    deadLetterRow(
      toDeadLetter(
        { key: Buffer.from(row.key), value: Buffer.from(row.payload), headers: row.headers },
        { ...row, group: consumer, error: error.message, attempts, at: new Date(at).toISOString() },
      ),
    )

  /** A failed try: later again, or, after the last one, to the dead letters (the row that is returned). */
  const postponeOrGiveUp = async (tx: Transaction<DB>, row: ParkedRow, error: Error, at: number) => {
    const attempts = row.attempts + 1
    const isOver = isExhausted(options.retry, attempts)
    if (!isOver || switches.deadLetters.on?.mode === 'block') {
      if (isOver) switches.deadLetters.injected += 1
      const dueAt = at + retryDelay(options.retry, Math.min(attempts, options.retry.retries || 1), options.random)
      await ledger.postpone(tx, row.id, attempts, dueAt, error.message)
      return null
    }
    return giveUp(tx, row, error, attempts, at)
  }

  const giveUp = async (tx: Transaction<DB>, row: ParkedRow, error: Error, attempts: number, at: number) => {
    await ledger.unpark(tx, [row.id])
    if (switches.deadLetters.on !== null) {
      switches.deadLetters.injected += 1
      return null
    }
    // A rewind brings the record again, and its tries start anew; among the dead letters it is already.
    const fresh = await ledger.bury(tx, consumer, [row], at)
    return fresh.length > 0 ? letterOf(row, error, attempts, at) : null
  }

  /** With retries switched off, an event that failed once is not tried again. */
  const giveUpAtOnce = (tx: Transaction<DB>, row: ParkedRow, at: number) => {
    switches.retry.injected += 1
    return giveUp(tx, row, new Error(row.error ?? 'it failed'), row.attempts, at)
  }

  /** What is due later than the longest delay had its time set by a clock that has been put back since: it is due now. */
  const isDue = (next: number | null): next is number =>
    next !== null && (next <= now() || next - now() > longestDelay(options.retry))

  const settleAll = async (tx: Transaction<DB>, dueBy: number): Promise<RetryRound<E, Out>> => {
    const at = now()
    const due = await ledger.due(tx, consumer, dueBy, perRound)
    const handled: Handled<E, Out>[] = []
    const dead: NewOutboxRow[] = []
    const tries: Try[] = []
    for (const row of due) {
      if (switches.retry.on !== null && row.attempts > 0) {
        const letter = await giveUpAtOnce(tx, row, at)
        if (letter !== null) dead.push(letter)
        tries.push({ row, error: new Error(row.error ?? 'it failed'), isLast: true })
        continue
      }
      try {
        const done = await tryAgain(tx, row, at)
        await ledger.unpark(tx, [row.id])
        if (done !== null) handled.push(done)
        tries.push({ row, error: null, isLast: false })
      } catch (cause) {
        // What the database throws spoils the whole transaction; only what the handler throws is this event's own fault.
        if (cause instanceof Error && cause.name === 'StoreFault') throw cause
        const error = cause instanceof Error ? cause : new Error(String(cause))
        const letter = await postponeOrGiveUp(tx, row, error, at)
        if (letter !== null) dead.push(letter)
        tries.push({ row, error, isLast: letter !== null })
      }
    }
    const rows = handled.flatMap((item) => item.emit.map((emission) => options.toRow(emission, item, at)))
    const outbox = await ledger.enqueue(tx, owner, [...rows, ...dead], at)
    return { handled, outbox, deadLettered: dead.length, retried: due.length, tries, takenUpAt: at }
  }

  const round = async (): Promise<number> => {
    const next = await ledger.nextDue(consumer)
    const dueBy = isDue(next) ? Math.max(next, now()) : now()
    const result = await store.transaction((tx) => settleAll(tx, dueBy))
    if (result.retried > 0) hooks.onSettled(result)
    return result.retried
  }

  const look = async (): Promise<void> => {
    let next = await ledger.nextDue(consumer)
    if (isDue(next)) {
      while (!stopped && (await round()) > 0);
      next = await ledger.nextDue(consumer)
    }
    schedule(next === null ? (hooks.pollMs ?? 1_000) : Math.max(1, Math.min(next - now(), hooks.pollMs ?? 1_000)))
  }

  const schedule = (delayMs: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (stopped) return
    timer = setTimeout(() => {
      running ??= look()
        .catch((error) => {
          hooks.onFailure(error)
          schedule(hooks.pollMs ?? 1_000)
        })
        .finally(() => {
          running = null
        })
    }, delayMs)
  }

  return {
    start: () => schedule(0),
    wake: () => running === null && schedule(1),
    stop: async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
    round,
  }
}
