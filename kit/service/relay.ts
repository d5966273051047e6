import { setTimeout as pause } from 'node:timers/promises'
import type { Ledger, OutboxRow } from '../store/ledger.ts'
import type { Faults } from './faults.ts'

/** Publishes outbox rows. Resolves only when every row is safe where it goes to; on rejection any of them may be. */
export type Publish = (rows: readonly OutboxRow[]) => Promise<void>

export interface RelayOptions {
  readonly ledger: Ledger
  /** Whose rows this relay publishes: an instance name that stays the same over restarts. */
  readonly owner: string
  readonly publish: Publish
  readonly faults: Faults
  readonly now: () => number
  /** Told of each failed try; the relay itself tries again until it works. */
  readonly onFailure: (error: unknown, rows: readonly OutboxRow[]) => void
  /** Told of what was published and marked, for metrics. */
  readonly onPublished?: (rows: readonly OutboxRow[]) => void
  readonly batchSize?: number
  /** How often the table is read for rows that no `offer` brought. Default 500 ms: it is the net below the offers, and costs an idle service more than all else. */
  readonly pollMs?: number
  /** Rows of other owners older than this are taken over: their process is gone. Default 10,000 ms. */
  readonly adoptAfterMs?: number
}

export interface Relay {
  /** Hands over rows right after their commit, so that nobody has to wait for the next poll. */
  offer(rows: readonly OutboxRow[]): void
  /** Resolves when every row that was offered so far is published and marked: nobody will publish it again. */
  settled(): Promise<void>
  /** Starts with what an earlier run left behind. */
  start(): void
  /** Publishes what is at hand and stops; whatever does not go out by the deadline stays in the table. */
  stop(deadlineMs: number): Promise<void>
}

const longestPauseMs = 2_000
const markEveryMs = 50
const adoptEvery = 4

/**
 * The second half of the outbox pattern. The table is the truth and the memory only a short cut: a row leaves the table's unsent rows
 * after the broker's ack and never before, so a crash between the two publishes it twice, and the inboxes of its readers drop the second.
 * One batch is on its way at a time, oldest rows first, so events of one key keep their order.
 */
export const createRelay = (options: RelayOptions): Relay => {
  const { ledger, owner, faults, now } = options
  const batchSize = options.batchSize ?? 500
  const adoptAfterMs = options.adoptAfterMs ?? 10_000
  /** Rows in memory that are not published yet, by id, in the order of the table. */
  let waiting: OutboxRow[] = []
  const known = new Set<number>()
  let unmarked: number[] = []
  let sending: Promise<void> | null = null
  let marking: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let failures = 0
  let polls = 0
  let stopped = false
  /** Rows of an earlier run may wait in the table: newer ones must not be published before them. */
  let behind = false
  let missed = false
  const catchingUp: (() => void)[] = []
  let settling: { readonly ids: ReadonlySet<number>; readonly resolve: () => void }[] = []

  const tellSettled = (): void => {
    settling = settling.filter(({ ids, resolve }) => {
      for (const id of ids) if (known.has(id)) return true
      resolve()
      return false
    })
  }

  const take = (rows: readonly OutboxRow[]): void => {
    for (const row of rows) {
      if (known.has(row.id)) continue
      known.add(row.id)
      waiting.push(row)
    }
  }

  const mark = async (): Promise<void> => {
    // A note that comes late costs a duplicate after a crash at the worst; one note for many sends costs the disk one wait instead of many.
    if (!stopped) await pause(markEveryMs)
    while (unmarked.length > 0) {
      const ids = unmarked
      unmarked = []
      try {
        await ledger.markSent(ids, now())
        faults.passing('relay.marked')
        for (const id of ids) known.delete(id)
        tellSettled()
      } catch (error) {
        // The rows are out; only the note is missing. They stay known, so this process does not send them again.
        unmarked.push(...ids)
        options.onFailure(error, [])
        break
      }
    }
    marking = null
  }

  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, batchSize)
      faults.passing('relay.before-send')
      try {
        await options.publish(rows)
      } catch (error) {
        failures += 1
        options.onFailure(error, rows)
        await ledger.markTried(rows.map(({ id }) => id)).catch(() => undefined)
        break
      }
      failures = 0
      faults.passing('relay.sent-not-marked')
      waiting = waiting.slice(rows.length)
      options.onPublished?.(rows)
      unmarked.push(...rows.map(({ id }) => id))
      marking ??= mark()
    }
    sending = null
    if (failures > 0) schedule(Math.min(longestPauseMs, 50 * 2 ** Math.min(failures, 6)))
  }

  const wake = (): void => {
    if (waiting.length > 0) sending ??= sendAll()
  }

  const poll = async (): Promise<void> => {
    faults.passing('relay.read')
    if (unmarked.length > 0) marking ??= mark()
    if (waiting.length === 0) {
      // Looking for rows of the dead takes the write lock, so it is done seldom.
      if (polls++ % adoptEvery === 0) await ledger.adopt(owner, now() - adoptAfterMs)
      missed = false
      const rows = await ledger.unsent(owner, batchSize)
      take(rows)
      behind = behind && (missed || rows.length === batchSize)
      if (!behind) for (const resolve of catchingUp.splice(0)) resolve()
    }
    wake()
  }

  const schedule = (delayMs: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = stopped
      ? null
      : setTimeout(() => {
          timer = null
          poll()
            .catch((error) => options.onFailure(error, []))
            .finally(() => timer === null && schedule(behind ? 10 : (options.pollMs ?? 500)))
        }, delayMs)
  }

  return {
    settled: async () => {
      if (behind) await new Promise<void>((resolve) => catchingUp.push(resolve))
      if (known.size > 0) await new Promise<void>((resolve) => settling.push({ ids: new Set(known), resolve }))
    },
    offer: (rows) => {
      if (behind) missed = true
      else take(rows)
      if (failures === 0) wake()
    },
    start: () => {
      behind = true
      schedule(0)
    },
    stop: async (deadlineMs) => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      wake()
      const settle = async (): Promise<void> => {
        await sending
        await marking
      }
      let alarm: NodeJS.Timeout | undefined
      await Promise.race([settle(), new Promise<void>((resolve) => (alarm = setTimeout(resolve, deadlineMs)))])
      clearTimeout(alarm)
    },
  }
}
