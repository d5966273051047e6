import { Recent } from '../../../kit/telemetry/recent.ts'
import type { SagaStatus, SagaSummary, Time } from '../protocol.ts'
import { Ring } from './ring.ts'
import {
  addRecord,
  beginSaga,
  criticalMs,
  isEnded,
  type Plans,
  type Saga,
  STUCK_MS,
  statusOf,
  summaryOf,
} from './saga.ts'
import type { Seen } from './seen.ts'

export const SAGAS = 10_000

interface Entry {
  saga: Saga
  status: SagaStatus
  handlings: number
}

export type SagaFilter = 'all' | 'running' | 'stuck' | 'compensating' | 'failed' | 'done'

const FILTERS: Readonly<Record<SagaFilter, (status: SagaStatus) => boolean>> = {
  all: () => true,
  running: (status) => status === 'running',
  stuck: (status) => status === 'stuck',
  compensating: (status) => status === 'compensating',
  failed: (status) => status === 'cancelled' || status === 'stuck',
  done: (status) => isEnded(status),
}

/** The sagas of the newest orders, and how many stand where. The oldest are forgotten, ended or not: the counts keep them. */
export class Sagas {
  readonly #plans: Plans
  readonly #entries = new Recent<Entry>(SAGAS)
  readonly #open = new Set<string>()
  readonly #counts: Record<SagaStatus, number> = { running: 0, compensating: 0, confirmed: 0, cancelled: 0, stuck: 0 }
  /** Order ids, each time that one changed. */
  readonly #changes = new Ring<string>(2_000)
  readonly #onEnded: (criticalMs: number, seen: Time) => void

  constructor(plans: Plans, onEnded: (criticalMs: number, seen: Time) => void) {
    this.#plans = plans
    this.#onEnded = onEnded
  }

  get counts(): Readonly<Record<SagaStatus, number>> {
    return { ...this.#counts }
  }

  get size(): number {
    return this.#entries.size
  }

  /** Number of the newest change. */
  get changes(): number {
    return this.#changes.last
  }

  add(orderId: string, seen: Seen): void {
    const known = this.#entries.get(orderId)
    if (known === undefined && seen.step === null) return
    const entry = known ?? this.#begin(orderId, seen.dot.seen)
    entry.saga = addRecord(entry.saga, seen, this.#plans)
    this.#stand(entry, statusOf(entry.saga, seen.dot.seen))
    this.#changes.push(orderId)
  }

  mark(orderId: string, mark: SagaSummary['marks'][number]): void {
    const entry = this.#entries.get(orderId)
    if (entry === undefined || entry.saga.marks.has(mark)) return
    entry.saga = { ...entry.saga, marks: new Set([...entry.saga.marks, mark]) }
    this.#changes.push(orderId)
  }

  /** A consumer said what it did with a record of this order. */
  handled(orderId: string): void {
    const entry = this.#entries.get(orderId)
    if (entry === undefined) return
    entry.handlings++
    this.#changes.push(orderId)
  }

  /** To be called about once a second: silence changes a saga too. */
  findStuck(now: Time): void {
    for (const orderId of this.#open) {
      const entry = this.#entries.get(orderId)
      if (entry === undefined || entry.status === 'stuck' || now - entry.saga.lastSeen < STUCK_MS) continue
      this.#stand(entry, statusOf(entry.saga, now))
      this.#changes.push(orderId)
    }
  }

  get(orderId: string): Saga | undefined {
    return this.#entries.get(orderId)?.saga
  }

  summary(orderId: string): SagaSummary | undefined {
    const entry = this.#entries.get(orderId)
    return entry === undefined ? undefined : summaryOf(entry.saga, entry)
  }

  /** Those that changed behind `change`, each once, at most `most` of the newest. */
  changedSince(change: number, most: number): SagaSummary[] {
    const ids = [...new Set(this.#changes.since(change).reverse())].slice(0, most)
    return ids.flatMap((id) => this.summary(id) ?? [])
  }

  /** Newest first. */
  list(filter: SagaFilter, limit: number): SagaSummary[] {
    const found: SagaSummary[] = []
    const newestFirst = [...this.#entries.values()].reverse()
    for (const entry of newestFirst) {
      const { saga, status } = entry
      if (found.length >= limit) break
      const wanted =
        filter === 'failed' ? FILTERS.failed(status) || saga.marks.has('dead-letter') : FILTERS[filter](status)
      if (wanted) found.push(summaryOf(saga, entry))
    }
    return found
  }

  #begin(orderId: string, now: Time): Entry {
    const entry: Entry = { saga: beginSaga(orderId, this.#plans.choreography, now), status: 'running', handlings: 0 }
    this.#open.add(orderId)
    this.#counts.running++
    const forgotten = this.#entries.set(orderId, entry)
    if (forgotten !== undefined) this.#open.delete(forgotten)
    return entry
  }

  #stand(entry: Entry, status: SagaStatus): void {
    const before = entry.status
    if (before === status) return
    entry.status = status
    this.#counts[before]--
    this.#counts[status]++
    if (!isEnded(status)) {
      this.#open.add(entry.saga.orderId)
      return
    }
    this.#open.delete(entry.saga.orderId)
    const ms = isEnded(before) ? null : criticalMs(entry.saga, status)
    if (ms !== null) this.#onEnded(ms, entry.saga.lastSeen)
  }
}
