import type { Entry } from './journal.ts'
import type { Service } from './rig.ts'

/** Everything that can be known about a run once it is quiet: plain data, so that judging it is a matter of pure functions. */
export interface Snapshot {
  readonly journal: readonly Entry[]
  /** Wall clock of the journal's zero. */
  readonly startedAt: number
  readonly orders: readonly OrderRow[]
  readonly trail: readonly { readonly orderId: string; readonly eventId: string }[]
  readonly payments: readonly PaymentRow[]
  readonly reservations: readonly ReservationRow[]
  readonly stock: readonly { readonly productId: string; readonly available: number }[]
  readonly mails: readonly { readonly orderId: string; readonly kind: string }[]
  readonly books: Readonly<Record<Service, Books>>
  /** Every record of every topic, from offset 0 to the high watermark, in the order of each partition. */
  readonly log: readonly Logged[]
  /** What the notification service printed. */
  readonly printed: readonly string[]
  readonly initialStock: Readonly<Record<string, number>>
  /** Records behind the committed offsets, by group. */
  readonly lag: Readonly<Record<string, number>>
  /** True where a fault moved clocks: times of different processes cannot be compared then. */
  readonly clocksMoved: boolean
}

export interface OrderRow {
  readonly orderId: string
  readonly status: string
  readonly userId: string
  readonly productId: string
  readonly quantity: number
  readonly amount: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface PaymentRow {
  readonly orderId: string
  readonly amount: number
  readonly status: string
}

export interface ReservationRow {
  readonly orderId: string
  readonly productId: string
  readonly quantity: number
  readonly status: string
}

/** The kit's own tables in one service's database. */
export interface Books {
  readonly inbox: readonly { readonly eventId: string; readonly at: number }[]
  readonly outbox: readonly Outgoing[]
  readonly parked: number
  /** `ok`, or what the database says is broken. */
  readonly integrity: string
}

export interface Outgoing {
  readonly id: number
  readonly topic: string
  readonly key: string | null
  readonly eventId: string | null
  readonly createdAt: number
  readonly sentAt: number | null
}

export interface Logged {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly timestamp: number
  readonly bytes: number
  /** Null for what is no event. */
  readonly event: LoggedEvent | null
}

export interface LoggedEvent {
  readonly eventId: string
  readonly eventType: string
  readonly source: string
  readonly correlationId: string
  readonly causationId: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** One thing that is not as it must be. `orderId`: whose history tells how it came. */
export interface Violation {
  readonly invariant: string
  readonly what: string
  readonly orderId?: string
}

/** A promise: its number, what it says, and every place where it is broken. */
export interface Invariant {
  readonly id: string
  readonly says: string
  readonly broken: (snapshot: Snapshot) => readonly Omit<Violation, 'invariant'>[]
}
