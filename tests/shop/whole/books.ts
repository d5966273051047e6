import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

type Row = Readonly<Record<string, string | number | null>>

/** What the services wrote down about all orders, read from their databases when nothing moves any more. */
export interface Books {
  readonly orders: readonly {
    orderId: string
    status: string
    reason: string | null
    quantity: number
    productId: string
  }[]
  readonly payments: ReadonlyMap<string, string>
  readonly reservations: ReadonlyMap<string, string>
  readonly available: ReadonlyMap<string, number>
  readonly shipments: ReadonlyMap<string, string>
  /** Order → kinds of the e-mails about its end, one entry a mail. */
  readonly mails: ReadonlyMap<string, readonly string[]>
}

const rows = (dir: string, service: string, sql: string): Row[] => {
  const db = new DatabaseSync(path.join(dir, `${service}.db`), { readOnly: true })
  try {
    return db.prepare(sql).all() as Row[]
  } finally {
    db.close()
  }
}

const statusBy = (all: readonly Row[]): Map<string, string> =>
  new Map(all.map(({ order_id, status }) => [String(order_id), String(status)]))

export const statusesOf = (dir: string): Map<string, string> =>
  statusBy(rows(dir, 'order', 'select order_id, status from orders'))

/** Events that were written down and not sent yet, of all these services. */
export const unsentOf = (dir: string, services: readonly string[]): number =>
  services.reduce(
    (sum, service) =>
      sum + Number(rows(dir, service, 'select count(*) as n from outbox where sent_at is null')[0]?.n ?? 0),
    0,
  )

export const readBooks = (dir: string): Books => {
  const mails = new Map<string, string[]>()
  for (const { order_id, kind } of rows(dir, 'notification', "select order_id, kind from messages where way = 'email'"))
    mails.set(String(order_id), [...(mails.get(String(order_id)) ?? []), String(kind)])
  return {
    orders: rows(dir, 'order', 'select order_id, status, reason, details from orders').map((row) => {
      const { quantity, productId } = JSON.parse(String(row.details)) as { quantity: number; productId: number }
      const reason = row.reason === null ? null : String(row.reason)
      return {
        orderId: String(row.order_id),
        status: String(row.status),
        reason,
        quantity,
        productId: String(productId),
      }
    }),
    payments: statusBy(rows(dir, 'payment', 'select order_id, status from payments')),
    reservations: statusBy(rows(dir, 'inventory', 'select order_id, status from reservations')),
    available: new Map(
      rows(dir, 'inventory', 'select product_id, available from stock').map((row) => [
        String(row.product_id),
        Number(row.available),
      ]),
    ),
    shipments: statusBy(rows(dir, 'shipping', 'select order_id, status from shipments')),
    mails,
  }
}

const NOT_PAID = new Set([undefined, 'DECLINED', 'REFUNDED', 'BARRED'])
const NOT_HELD = new Set([undefined, 'FAILED', 'RELEASED', 'BARRED'])
const NOT_SENT = new Set([undefined, 'FAILED', 'CANCELLED', 'BARRED'])

/** What is not as it must be, a sentence each: nothing lost, money and stock conserved, everything undone for who got nothing, one mail an end. */
export const faultsOf = (
  books: Books,
  accepted: readonly string[],
  stock: Readonly<Record<string, number>>,
): string[] => {
  const found: string[] = []
  const known = new Map(books.orders.map((order) => [order.orderId, order]))
  for (const orderId of accepted) if (!known.has(orderId)) found.push(`${orderId}: accepted, and not there`)
  const sold = new Map<string, number>()
  for (const { orderId, status, reason, productId, quantity } of books.orders) {
    const paid = books.payments.get(orderId)
    const held = books.reservations.get(orderId)
    const sent = books.shipments.get(orderId)
    const told = books.mails.get(orderId) ?? []
    const facts = `payment ${paid}, stock ${held}, shipment ${sent}, mails ${told.join('+') || 'none'}`
    if (status === 'CONFIRMED') {
      sold.set(productId, (sold.get(productId) ?? 0) + quantity)
      if (paid !== 'PAID' || held !== 'RESERVED' || NOT_SENT.has(sent)) found.push(`${orderId} is confirmed: ${facts}`)
      if (told.join() !== 'confirmation') found.push(`${orderId} is confirmed: mails ${told.join('+') || 'none'}`)
    } else if (status === 'CANCELLED') {
      if (!NOT_PAID.has(paid) || !NOT_HELD.has(held) || !NOT_SENT.has(sent))
        found.push(`${orderId} is cancelled: ${facts}`)
      if (told.join() !== 'cancellation') found.push(`${orderId} is cancelled: mails ${told.join('+') || 'none'}`)
    } else if (status !== 'NEEDS_ATTENTION' || !reason) found.push(`${orderId} has not ended: ${status}, ${facts}`)
  }
  for (const [productId, initial] of Object.entries(stock)) {
    const held = books.orders
      .filter(
        ({ orderId, status, productId: of }) =>
          of === productId && status === 'NEEDS_ATTENTION' && books.reservations.get(orderId) === 'RESERVED',
      )
      .reduce((sum, { quantity }) => sum + quantity, 0)
    const expected = initial - (sold.get(productId) ?? 0) - held
    const available = books.available.get(productId)
    if (available !== expected)
      found.push(`product ${productId}: ${available} units on the shelf, expected ${expected}`)
  }
  return found
}
