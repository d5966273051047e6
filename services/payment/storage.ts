import type { Kysely, Transaction } from 'kysely'
import { type KeyedStates, keyedStates } from '../../kit/service/keyed-states.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import type { Payment, PaymentEmission, PaymentEvent } from './domain.ts'

/** `amount` is JSON text, so that a price comes out as it went in on every database; `details` is the JSON of what was ordered. */
export interface PaymentTables {
  payments: {
    order_id: string
    amount: string
    status: Payment['status']
    reason: string | null
    details: string | null
    updated_at: number
  }
}

export const migrations: readonly Migration[] = [
  {
    name: 'payment-001-payments',
    up: clustered(
      'create table payments (order_id text primary key, amount text not null, status text not null, reason text, updated_at bigint not null)',
    ),
  },
  { name: 'payment-002-details', up: 'alter table payments add column details text' },
]

const table = {
  table: 'payments',
  key: ['order_id'],
  columns: ['order_id', 'amount', 'status', 'reason', 'details', 'updated_at'],
} as const

type Row = PaymentTables['payments']

const toPayment = (row: Row): Payment => ({
  orderId: row.order_id,
  amount: JSON.parse(row.amount),
  status: row.status,
  reason: row.reason,
  order: row.details === null ? null : JSON.parse(row.details),
})

const toRow = (payment: Payment, updatedAt: number): Row => ({
  order_id: payment.orderId,
  amount: JSON.stringify(payment.amount),
  status: payment.status,
  reason: payment.reason,
  details: payment.order === null ? null : JSON.stringify(payment.order),
  updated_at: updatedAt,
})

const orderOf = ({ data }: PaymentEvent): string => data.orderId

export type PaymentStates = KeyedStates<PaymentEvent, Payment>

export const repository: Repository<PaymentTables, PaymentEvent, Payment | undefined, PaymentEmission, PaymentStates> =
  {
    load: async (tx, events) => {
      const rows = await loadByIds<Row, PaymentTables>(tx, {
        table: 'payments',
        idColumn: 'order_id',
        ids: events.map(orderOf),
      })
      return keyedStates<PaymentEvent, Payment>(
        orderOf,
        rows.map((row) => [row.order_id, toPayment(row)]),
      )
    },
    save: (tx, states, _handled, at) =>
      upsertAll(
        tx,
        table,
        states.changed().map((payment) => toRow(payment, at)),
      ),
  }

export const findPayment = async (db: Kysely<PaymentTables>, orderId: string) => {
  const row = await db.selectFrom('payments').selectAll().where('order_id', '=', orderId).executeTakeFirst()
  return row === undefined ? undefined : { ...toPayment(row), updatedAt: Number(row.updated_at) }
}

/** For a decision in the same transaction: nobody else decides about this payment until it ends. */
export const loadPayment = async (tx: Transaction<PaymentTables>, orderId: string): Promise<Payment | undefined> => {
  const [row] = await loadByIds<Row, PaymentTables>(tx, { table: 'payments', idColumn: 'order_id', ids: [orderId] })
  return row === undefined ? undefined : toPayment(row)
}

export const savePayment = (tx: Transaction<PaymentTables>, payment: Payment, at: number): Promise<void> =>
  upsertAll(tx, table, [toRow(payment, at)])
