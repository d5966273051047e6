import { check } from '../../cli/check/check.ts'
import type { Topic } from '../../cli/check/contract.ts'
import { answersOf } from '../../cli/check/flow.ts'
import type { History } from '../../cli/check/history.ts'
import { accepted, type Posted } from '../../cli/check/http-orders.ts'
import { field, show } from '../../cli/check/json.ts'
import { mailsIn } from '../../cli/check/mails.ts'
import { bodyOf } from '../../cli/check/orders.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { fallOf, passport, place } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { type Declined, declined, type Mixed, mixed, type RunOut, runOut } from './scenarios.ts'
import { type Asked, isFinal } from './status.ts'

/*
 * The saga's promise, and what breaks it. An order that never ends: a failure that nobody hears. A refund that is missing, doubled, or given for
 * nothing: money. Units that are gone without an order, or sold without being there: stock. An e-mail for an order that was cancelled.
 */

const idOf = ({ orderId = '' }: Posted) => orderId
const didPost = (posted: Posted, setting: string) =>
  `POST /api/orders ${bodyOf(posted.order)} (${setting}), answered with the id ${idOf(posted)}`

function because(history: History<unknown>): { cause?: string } {
  const fell = fallOf(history, 'order', 'payment', 'inventory', 'notification')
  return fell === undefined ? {} : { cause: fell }
}

function refused(history: History<unknown>, posted: readonly Posted[]): Judgement | undefined {
  const bad = posted.find((one) => !accepted(one) || one.orderId === undefined)
  if (bad === undefined && posted.length > 0) return undefined
  const did = bad === undefined ? 'POST /api/orders' : `POST /api/orders ${bodyOf(bad.order)}`
  return fail('saga.order-refused', { did, saw: bad?.shown ?? 'nothing was posted', ...because(history) })
}

/** How often each topic has this order. */
function times(history: History<unknown>, id: string) {
  return (topic: Topic) => answersOf(history, topic).get(id)?.length ?? 0
}

function statusProblem(
  history: History<unknown>,
  asked: Asked,
  id: string,
  wanted: string,
  did: string,
): Judgement | undefined {
  const answer = asked[id]
  if (answer?.status === wanted && answer.orderId === id) return undefined
  const saw = `GET /api/orders/${id}: ${answer?.shown ?? 'not asked'}`
  if (answer?.status === undefined || answer.orderId !== id)
    return fail('saga.status-unreadable', { did, saw, ...because(history) })
  const first = passport(
    history,
    id,
    wanted === 'CONFIRMED' ? 'stock-reserved' : 'order-cancelled',
    `and yet the order is ${answer.status}`,
  )
  return fail('saga.status-wrong', { did, saw, first, expected: `the status ${wanted}`, ...because(history) })
}

function reasonProblem(history: History<unknown>, id: string, topic: Topic, did: string): Judgement | undefined {
  const event = answersOf(history, topic).get(id)?.[0]
  if (event === undefined) return undefined
  const reason = field(event.json, 'data', 'reason')
  if (typeof reason === 'string' && reason.trim() !== '') return undefined
  return fail('saga.reason-missing', { did, saw: `${place(event.record)} has data.reason ${show(reason)}` })
}

function firstProblem<T>(items: readonly T[], find: (item: T) => Judgement | undefined): Judgement | undefined {
  for (const item of items) {
    const problem = find(item)
    if (problem !== undefined) return problem
  }
  return undefined
}

export const checks = [
  check({
    id: 'H1',
    title: 'A declined payment cancels the order, and touches neither stock nor mail',
    marks: 3,
    timing: true,
    buildsOn: ['F1'],
    drive: declined,
    judge: (history) => {
      const { orders } = history.given
      const mails = mailsIn(history, orders.map(idOf))
      const problem =
        refused(history, orders) ??
        firstProblem(orders, (posted) => judgeDeclined(history, posted, mails.get(idOf(posted)) ?? 0))
      return problem ?? judgeUntouched(history)
    },
  }),

  check({
    id: 'H2',
    title: 'Stock that runs out gives the money back once and cancels once',
    marks: 3,
    timing: true,
    buildsOn: ['F1', 'G1'],
    drive: runOut,
    judge: (history) => {
      const { failed } = history.given
      return refused(history, failed) ?? firstProblem(failed, (posted) => judgeRunOut(history, posted)) ?? pass
    },
  }),

  check({
    id: 'H3',
    title: 'A success is CONFIRMED and compensates nothing; an unknown order is 404',
    marks: 2,
    timing: true,
    buildsOn: ['F1', 'G1'],
    drive: runOut,
    judge: (history) => {
      const { success, asked, unknown } = history.given
      const id = idOf(success)
      const did = didPost(success, 'nothing declined, enough stock')
      const problem = refused(history, [success]) ?? statusProblem(history, asked, id, 'CONFIRMED', did)
      if (problem !== undefined) return problem
      const compensating = (['payment-failed', 'stock-failed', 'payment-refunded', 'order-cancelled'] as const).find(
        (topic) => times(history, id)(topic) > 0,
      )
      if (compensating !== undefined) {
        const first = passport(history, id, compensating, 'should not be there')
        return fail('saga.compensated-success', { did, saw: `${compensating} for an order that succeeded`, first })
      }
      if (unknown.status === 404) return pass
      return fail('saga.unknown-order', { did: 'GET /api/orders/ with an id that no order has', saw: unknown.shown })
    },
  }),

  check({
    id: 'H4',
    title: '60 orders at a fail rate of 0.5: each ends, and money and stock add up',
    marks: 2,
    timing: true,
    buildsOn: ['F1', 'G1'],
    drive: mixed,
    judge: (history) => judgeMixed(history),
  }),
]

function judgeDeclined(history: History<Declined>, posted: Posted, mails: number): Judgement | undefined {
  const id = idOf(posted)
  const did = didPost(posted, 'PAYMENT_FAIL_RATE=1')
  const count = times(history, id)
  const why = because(history)
  if (count('payment-failed') === 0 || count('payment-success') > 0) {
    const bad = count('payment-success') > 0 ? 'payment-success' : 'payment-failed'
    const saw = `${count('payment-failed')} payment-failed and ${count('payment-success')} payment-success`
    const first = passport(history, id, bad, bad === 'payment-success' ? 'should have been declined' : 'never came')
    return fail('saga.not-declined', { did, saw, first, ...why })
  }
  if (count('stock-reserved') > 0) {
    const first = passport(history, id, 'stock-reserved', 'reserved without a payment')
    return fail('saga.stock-touched', { did, saw: 'stock-reserved for an order that was declined', first })
  }
  if (count('order-cancelled') === 0) {
    const first = passport(history, id, 'order-cancelled', 'never came')
    return fail('saga.not-cancelled', { did, saw: 'payment-failed, but no order-cancelled', first, ...why })
  }
  const problem = statusProblem(history, history.given.asked, id, 'CANCELLED', did)
  if (problem !== undefined) return problem
  if (mails > 0) return fail('saga.email-for-cancelled', { did, saw: `"Email Sent" for order ${id}` })
  return reasonProblem(history, id, 'payment-failed', did) ?? reasonProblem(history, id, 'order-cancelled', did)
}

/** After five declined orders, all units are there, and not one more. */
function judgeUntouched(history: History<Declined>): Judgement {
  const { all, more, again } = history.given
  const did = `after the declined orders, published a payment-success for all ${all.quantity} units, then one for 1 more`
  const reserved = answersOf(history, 'stock-reserved')
  if (!reserved.has(all.orderId)) {
    const first = passport(history, all.orderId, 'stock-reserved', 'never came')
    const saw = `${answersOf(history, 'stock-failed').has(all.orderId) ? 'stock-failed' : 'no answer'} for all units: some are gone`
    return fail('saga.stock-touched', { did, saw, first, ...because(history) })
  }
  // A shop that never runs out at all sells what it has not got: that is another check's business.
  if (!reserved.has(more.orderId) || reserved.has(again.orderId)) return pass
  const first = passport(history, more.orderId, 'stock-reserved', 'there is no such unit')
  return fail('saga.stock-touched', {
    did,
    saw: 'one unit more than there is was reserved: cancelled orders gave back what they never took',
    first,
  })
}

function judgeRunOut(history: History<RunOut>, posted: Posted): Judgement | undefined {
  const id = idOf(posted)
  const did = didPost(posted, 'no unit left')
  const count = times(history, id)
  const why = because(history)
  if (count('stock-failed') === 0) {
    const first = passport(history, id, 'stock-failed', 'never came')
    return fail('saga.no-stock-failed', { did, saw: 'no stock-failed', first, ...why })
  }
  const ways: [Topic, 'saga.not-refunded' | 'saga.not-cancelled', 'saga.refunded-twice' | 'saga.cancelled-twice'][] = [
    ['payment-refunded', 'saga.not-refunded', 'saga.refunded-twice'],
    ['order-cancelled', 'saga.not-cancelled', 'saga.cancelled-twice'],
  ]
  for (const [topic, none, many] of ways) {
    if (count(topic) === 1) continue
    const saw = `${count(topic)} ${topic} for order ${id}`
    const first = passport(history, id, topic, count(topic) === 0 ? 'never came' : 'more than once')
    return fail(count(topic) === 0 ? none : many, { did, saw, first, ...(count(topic) === 0 ? why : {}) })
  }
  return (
    statusProblem(history, history.given.asked, id, 'CANCELLED', did) ??
    reasonProblem(history, id, 'payment-refunded', did)
  )
}

function judgeMixed(history: History<Mixed>): Judgement {
  const { orders, asked } = history.given
  const did = `posted ${orders.length} orders at PAYMENT_FAIL_RATE=0.5 for 40 units`
  const no = refused(history, orders)
  if (no !== undefined) return no
  const open = orders.filter((posted) => !isFinal(asked[idOf(posted)]?.status))
  if (open[0] !== undefined) {
    const id = idOf(open[0])
    const saw = `${open.length} of ${orders.length} orders have not ended; GET /api/orders/${id}: ${asked[id]?.shown}`
    return fail('saga.never-ends', {
      did,
      saw,
      first: passport(history, id, 'order-cancelled', 'neither this nor CONFIRMED'),
      ...because(history),
    })
  }
  const money = firstProblem(orders, (posted) => moneyProblem(history, posted, did))
  if (money !== undefined) return money
  const confirmed = orders.filter((posted) => asked[idOf(posted)]?.status === 'CONFIRMED')
  if (confirmed.length === 0 || confirmed.length === orders.length) {
    return fail('saga.one-outcome', {
      did,
      saw: `${confirmed.length} confirmed and ${orders.length - confirmed.length} cancelled`,
    })
  }
  const units = (some: readonly Posted[]) => some.reduce((sum, { order }) => sum + order.quantity, 0)
  const reserved = orders.filter((posted) => times(history, idOf(posted))('stock-reserved') > 0)
  if (units(reserved) === units(confirmed)) return pass
  const odd = [...reserved, ...confirmed].find(
    (posted) => reserved.includes(posted) !== confirmed.includes(posted),
  ) as Posted
  const first = passport(history, idOf(odd), 'stock-reserved', `the order is ${asked[idOf(odd)]?.status}`)
  return fail('saga.units-wrong', {
    did,
    saw: `${units(reserved)} reserved units, ${units(confirmed)} confirmed ones`,
    first,
  })
}

function moneyProblem(history: History<Mixed>, posted: Posted, did: string): Judgement | undefined {
  const id = idOf(posted)
  const status = history.given.asked[id]?.status
  const count = times(history, id)
  const [paid, refunded, failed] = [
    count('payment-success') > 0,
    count('payment-refunded') > 0,
    count('payment-failed') > 0,
  ]
  const wrong =
    refunded && !paid
      ? 'refunded without a payment'
      : status === 'CONFIRMED' && !paid
        ? 'confirmed without a payment'
        : status === 'CONFIRMED' && refunded
          ? 'confirmed and refunded'
          : status === 'CANCELLED' && paid && !refunded
            ? 'cancelled, paid and never refunded'
            : status === 'CANCELLED' && !paid && !failed
              ? 'cancelled, neither paid nor declined'
              : undefined
  if (wrong === undefined) return undefined
  const bad = refunded || paid ? 'payment-refunded' : 'payment-success'
  return fail('saga.money-wrong', { did, saw: `order ${id} is ${wrong}`, first: passport(history, id, bad, wrong) })
}
