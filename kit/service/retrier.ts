import type { Transaction } from 'kysely'
import type { NewOutboxRow, OutboxRow, ParkedRow } from '../store/ledger.ts'
import { toDeadLetter } from './dead-letter.ts'
import type { AnyEnvelope } from './envelope.ts'
import type { States } from './plan.ts'
import { deadLetterRow, type ProcessorOptions } from './processor.ts'
import { isExhausted, retryDelay } from './retry-policy.ts'

export interface Retrier {
  start(): void
  /** Looks soon: something was just set aside. */
  wake(): void
  stop(): Promise<void>
  /** One round: tries every event whose time has come. Returns how many it settled or postponed. */
  round(): Promise<number>
}

export interface RetrierHooks {
  readonly onSettled: (result: { outbox: readonly OutboxRow[]; retried: number; deadLettered: number }) => void
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
  hooks: RetrierHooks,
): Retrier => {
  const { consumer, owner, store, ledger, repository, now } = options
  let timer: NodeJS.Timeout | null = null
  let running: Promise<unknown> | null = null
  let stopped = false

  /** Decides one event as if it had just come. Returns its outbox rows. */
  const tryAgain = async (tx: Transaction<DB>, row: ParkedRow, at: number): Promise<NewOutboxRow[]> => {
    const parsed = options.read(row.topic, Buffer.from(row.payload))
    if (!parsed.ok) throw new Error(parsed.reason)
    const { event } = parsed
    if ((await ledger.seen(tx, consumer, [event.eventId])).has(event.eventId)) return []
    const states = await repository.load(tx, [event])
    const { state, emit } = options.decide(event, states.get(event))
    states.set(event, state)
    await repository.save(tx, states, [{ event, emit }])
    await ledger.remember(tx, consumer, [event.eventId], at)
    return emit.map((emission) => options.toRow(emission, event, at))
  }

  const giveUp = (row: ParkedRow, error: Error, attempts: number, at: number): NewOutboxRow =>
    deadLetterRow(
      toDeadLetter(
        { key: Buffer.from(row.key), value: Buffer.from(row.payload), headers: row.headers },
        { ...row, group: consumer, error: error.message, attempts, at: new Date(at).toISOString() },
      ),
    )

  const settle = async (tx: Transaction<DB>, row: ParkedRow, at: number) => {
    try {
      const rows = await tryAgain(tx, row, at)
      await ledger.unpark(tx, [row.id])
      return { rows, dead: 0 }
    } catch (cause) {
      // What the database throws spoils the whole transaction; only what the handler throws is this event's own fault.
      const error = cause instanceof Error ? cause : new Error(String(cause))
      if (error.name === 'StoreFault') throw error
      const attempts = row.attempts + 1
      if (!isExhausted(options.retry, attempts)) {
        const dueAt = at + retryDelay(options.retry, attempts, options.random)
        await ledger.postpone(tx, row.id, attempts, dueAt, error.message)
        return { rows: [], dead: 0 }
      }
      await ledger.unpark(tx, [row.id])
      return { rows: [giveUp(row, error, attempts, at)], dead: 1 }
    }
  }

  const round = async (): Promise<number> => {
    const result = await store.transaction(async (tx) => {
      const at = now()
      const due = await ledger.due(tx, consumer, at, perRound)
      const rows: NewOutboxRow[] = []
      let deadLettered = 0
      for (const row of due) {
        const settled = await settle(tx, row, at)
        rows.push(...settled.rows)
        deadLettered += settled.dead
      }
      const outbox = due.length === 0 ? [] : await ledger.enqueue(tx, owner, rows, at)
      return { outbox, deadLettered, retried: due.length }
    })
    if (result.retried > 0) hooks.onSettled(result)
    return result.retried
  }

  const look = async (): Promise<void> => {
    const next = await ledger.nextDue(consumer)
    if (next !== null && next <= now()) {
      while (!stopped && (await round()) > 0);
    }
    const later = await ledger.nextDue(consumer)
    schedule(later === null ? (hooks.pollMs ?? 1_000) : Math.max(1, Math.min(later - now(), hooks.pollMs ?? 1_000)))
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
