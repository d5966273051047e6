import type { Transaction } from 'kysely'

/**
 * The bookkeeping that makes delivery at least once and effects exactly once: four tables that the kit keeps in every
 * service's database beside the service's own, so that one transaction covers both.
 *
 * - `inbox(consumer, event_id, at)`: events whose effects are in this database.
 * - `outbox(id, owner, aggregate_id, topic, key, payload, headers, created_at, attempts, sent_at)`: events to be published.
 * - `parked(id, consumer, key, topic, partition, offset, event_id, payload, headers, attempts, due_at, error, parked_at)`: events that failed and wait for
 *   their next try, and those of the same key that wait behind them.
 * - `dead(consumer, topic, partition, offset, at)`: records already sent to a dead-letter topic, by their origin.
 */
export interface NewOutboxRow {
  /** The order (or other aggregate) that the event belongs to. */
  readonly aggregateId: string
  readonly topic: string
  readonly key: string | null
  readonly payload: string | null
  readonly headers: Readonly<Record<string, string>>
}

export interface OutboxRow extends NewOutboxRow {
  /** Rises with every row of one database: rows are published in this order. */
  readonly id: number
  readonly createdAt: number
}

export interface ParkedRow {
  readonly id: number
  readonly consumer: string
  readonly key: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly eventId: string
  /** The record's value and headers as they came. */
  readonly payload: string
  readonly headers: Readonly<Record<string, string>>
  /** Tries so far; 0 for an event that only waits behind another of its key. */
  readonly attempts: number
  readonly dueAt: number
  readonly error: string | null
}

export interface RecordOrigin {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** `tx` is the transaction at hand, of whatever table map. Every method is a constant SQL statement (or two), whatever the number of rows. */
export interface Ledger {
  /** Which of these ids are in the inbox of this consumer already. */
  seen<DB>(tx: Transaction<DB>, consumer: string, eventIds: readonly string[]): Promise<Set<string>>
  /**
   * For ids that `seen` did not return. One that is in the inbox all the same fails the transaction, so that no effect is applied twice: with
   * PostgreSQL a rival process may have applied it meanwhile (retried by `Store.transaction`), with SQLite it is a mistake in the program.
   */
  remember<DB>(tx: Transaction<DB>, consumer: string, eventIds: readonly string[], at: number): Promise<void>

  /** Writes rows in the order given and returns them with their ids. */
  enqueue<DB>(tx: Transaction<DB>, owner: string, rows: readonly NewOutboxRow[], at: number): Promise<OutboxRow[]>
  /** Unsent rows of this owner, oldest first. */
  unsent(owner: string, limit: number): Promise<OutboxRow[]>
  /** After the broker's ack. Its own short transaction. */
  markSent(ids: readonly number[], at: number): Promise<void>
  /** After a failed send: one more attempt counted. */
  markTried(ids: readonly number[]): Promise<void>
  /** Takes over unsent rows of other owners that are older than `before` (their process is gone). Returns how many. */
  adopt(owner: string, before: number): Promise<number>
  /** For metrics and quiescence: rows not sent yet and creation time of the oldest (null when none). */
  backlog(): Promise<{ unsent: number; oldest: number | null; parked: number }>
  /**
   * Deletes sent outbox rows / inbox rows / dead rows older than `before`, at most `limit` of each. Returns how many went; call it again
   * and again, for a call looks at a stretch of the inbox only. The outbox row with the highest id always stays.
   */
  prune(before: { outbox: number; inbox: number }, limit: number): Promise<number>

  /** Keys, of those given, that have parked events. Costs one cheap look while nothing at all is parked. */
  parkedKeys<DB>(tx: Transaction<DB>, consumer: string, keys: readonly string[]): Promise<Set<string>>
  /** Idempotent by (consumer, event_id): an event that is parked already stays as it is. */
  park<DB>(tx: Transaction<DB>, rows: readonly Omit<ParkedRow, 'id'>[], at: number): Promise<void>
  /** The first event of every key whose time has come, oldest first. */
  due<DB>(tx: Transaction<DB>, consumer: string, now: number, limit: number): Promise<ParkedRow[]>
  /** When the next one is due (null when nothing is parked). */
  nextDue(consumer: string): Promise<number | null>
  unpark<DB>(tx: Transaction<DB>, ids: readonly number[]): Promise<void>
  postpone<DB>(tx: Transaction<DB>, id: number, attempts: number, dueAt: number, error: string): Promise<void>

  /** Notes records as dead-lettered and returns those that were not noted before (so a redelivery is not dead-lettered twice). */
  bury<DB>(tx: Transaction<DB>, consumer: string, origins: readonly RecordOrigin[], at: number): Promise<RecordOrigin[]>
}
