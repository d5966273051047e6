import { LIMITS, WORDS } from '../../cli/check/contract.ts'
import { answersOf } from '../../cli/check/flow.ts'
import type { History } from '../../cli/check/history.ts'
import { field, show } from '../../cli/check/json.ts'
import type { Order } from '../../cli/check/orders.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import {
  asText,
  complaintOf,
  eventsOn,
  fallOf,
  linesWith,
  passport,
  place,
  type SeenEvent,
  storiesOf,
} from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import type { TakeOver } from './take-over.ts'

/** Which of these orders have no payment, and which have more than one. */
export function count(history: History<unknown>, orders: readonly Order[]) {
  const payments = answersOf(history, 'payment-success')
  const times = (order: Order) => payments.get(order.orderId)?.length ?? 0
  return { missing: orders.filter((order) => times(order) === 0), twice: orders.filter((order) => times(order) > 1) }
}

/** A payment whose order is on no order-created. */
export function inventedPayment(history: History<unknown>) {
  const placed = new Set(eventsOn(history, 'order-created').map(({ orderId }) => orderId))
  return eventsOn(history, 'payment-success').find(({ orderId }) => !placed.has(orderId))
}

export function lost(
  history: History<unknown>,
  id: Parameters<typeof fail>[0],
  did: string,
  missing: readonly Order[],
  total: number,
): Judgement {
  const fell = fallOf(history, 'payment')
  const first = passport(history, missing[0]?.orderId ?? '', 'payment-success', 'never came')
  const saw = `${total - missing.length} of ${total} orders were paid${fell === undefined ? complaintOf(history, 'payment') : `; ${fell}`}`
  return fail(id, { did, saw, first, ...(fell === undefined ? {} : { cause: `The service is gone. ${fell}` }) })
}

export function doubled(
  history: History<unknown>,
  id: Parameters<typeof fail>[0],
  did: string,
  order: Order,
): Judgement {
  const own = answersOf(history, 'payment-success').get(order.orderId) ?? []
  const saw = `order ${order.orderId} was paid ${own.length} times: ${own.map(({ record }) => place(record)).join(', ')}`
  return fail(id, { did, saw, first: passport(history, order.orderId, 'payment-success', 'more than once') })
}

export function judgeTakeOver(history: History<TakeOver>): Judgement {
  const { steady, behind, committed, killedAt, killedClock } = history.given
  const did = `kept two payment services at work, looked up the committed offsets ${show(committed)}, and killed one with -9`
  const payments = answersOf(history, 'payment-success')
  const bothPaid = steady.filter(
    ({ orderId }) => (payments.get(orderId) ?? []).filter(({ record }) => record.at < killedAt).length > 1,
  )
  if (bothPaid.length > steady.length / 3) {
    return fail('payment.not-shared', {
      did,
      saw: `${bothPaid.length} of ${steady.length} orders were paid twice before the kill: each instance paid them`,
    })
  }
  const orders = [...steady, ...behind]
  const placed = new Map(eventsOn(history, 'order-created').map(({ orderId, record }) => [orderId, record]))
  const wasCommitted = ({ orderId }: Order) => {
    const record = placed.get(orderId)
    return record !== undefined && record.offset < (committed[record.partition] ?? 0)
  }
  const { missing } = count(history, orders)
  const swallowed = missing.find(wasCommitted)
  if (swallowed !== undefined)
    return lost(
      history,
      'payment.lost-at-kill',
      did,
      [swallowed, ...missing.filter((one) => one !== swallowed)],
      orders.length,
    )
  if (missing.length > 0) return lost(history, 'payment.take-over-late', did, missing, orders.length)
  const lateAt = killedClock + LIMITS.takeOver
  const late = orders.filter(
    ({ orderId }) =>
      !payments
        .get(orderId)
        ?.some(({ record }) => record.at <= killedAt + LIMITS.takeOver || record.timestamp <= lateAt),
  )
  if (late.length > 0) return lost(history, 'payment.take-over-late', did, late, orders.length)
  const again = orders.find(
    (order) =>
      wasCommitted(order) && newPayments(payments.get(order.orderId) ?? []).some(({ record }) => record.at > killedAt),
  )
  if (again !== undefined) return doubled(history, 'payment.again-after-kill', did, again)
  const thrice = orders.find(({ orderId }) => newPayments(payments.get(orderId) ?? []).length > 1)
  return thrice === undefined ? pass : doubled(history, 'payment.thrice', did, thrice)
}

/** All but the first, without those that are an earlier one sent again: an outbox may do that, and the event id tells. */
function newPayments(events: readonly SeenEvent[]): SeenEvent[] {
  const idOf = ({ json }: SeenEvent) => asText(field(json, 'eventId'))
  const ids = events.map(idOf)
  return events.filter((_, i) => i > 0 && (ids[i] === undefined || ids.indexOf(ids[i]) === i))
}

/** A payment whose event id is missing, copied from the order, or another payment's. */
export function repeatedIds(history: History<unknown>, orders: readonly Order[]): string | undefined {
  const payments = answersOf(history, 'payment-success')
  const known = new Map(
    eventsOn(history, 'order-created').map(({ json, record }) => [asText(field(json, 'eventId')), place(record)]),
  )
  for (const { orderId } of orders) {
    const event = payments.get(orderId)?.[0]
    if (event === undefined) continue
    const id = asText(field(event.json, 'eventId'))
    if (id === undefined || id === '')
      return `${place(event.record)} has the eventId ${show(field(event.json, 'eventId'))}`
    const other = known.get(id)
    if (other !== undefined) return `${place(event.record)} has the same eventId as ${other}: ${id}`
    known.set(id, place(event.record))
  }
  return undefined
}

/** As many "Processing" with a "Done" of their own behind them as orders were paid. Whatever else is said costs nothing. */
export function saidOf(history: History<unknown>): string | undefined {
  const paid = answersOf(history, 'payment-success').size
  const count = { processing: 0, done: 0, pairs: 0 }
  let open = 0
  for (const { text } of linesWith(storiesOf(history, 'payment'), /payment\s+(processing|done)/i)) {
    if (WORDS.paymentProcessing.test(text)) {
      count.processing++
      open++
    }
    if (WORDS.paymentDone.test(text)) {
      count.done++
      if (open === 0) continue
      open--
      count.pairs++
    }
  }
  if (count.pairs >= paid) return undefined
  const both = `${count.processing} times "Payment Processing" and ${count.done} times "Payment Done" on standard output for ${paid} paid orders`
  if (Math.min(count.processing, count.done) < paid) return both
  return `${both}, but only ${count.pairs} times in this order`
}
