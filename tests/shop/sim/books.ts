import type { Reservation, Stock } from '../../../services/inventory/domain.ts'
import type { Mailbox } from '../../../services/notification/domain.ts'
import type { Order } from '../../../services/order/domain.ts'
import type { Payment } from '../../../services/payment/domain.ts'

export interface Tables {
  readonly orders: Map<string, Order>
  readonly idempotency: Map<string, string>
  readonly payments: Map<string, Payment>
  readonly reservations: Map<string, Reservation>
  readonly stocks: Map<string, Stock>
  readonly mailboxes: Map<string, Mailbox>
}

/** What the services' transactions write: their tables, and notes for the invariants. */
export interface Books {
  readonly tables: Tables
  readonly transitions: { readonly entity: string; readonly id: string; readonly from: string; readonly to: string }[]
  /** The lowest that any shelf has been. */
  lowest: number
}
