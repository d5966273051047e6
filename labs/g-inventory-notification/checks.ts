import { check } from '../../cli/check/check.ts'
import { SERVICES, TOPICS, type Topic } from '../../cli/check/contract.ts'
import { answersOf } from '../../cli/check/flow.ts'
import type { History } from '../../cli/check/history.ts'
import { accepted, type Posted } from '../../cli/check/http-orders.ts'
import { field, show } from '../../cli/check/json.ts'
import { mailsIn } from '../../cli/check/mails.ts'
import { bodyOf, type Order } from '../../cli/check/orders.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { asText, complaintOf, eventsOn, fallOf, isCore, passport, place } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { type Flow, flow, type Mails, mails, type Stock, stock } from './scenarios.ts'

/*
 * What counts as wrong here. A lost order: one that never comes to an end. A wrong key: from that hop on, the events of an order may overtake each
 * other. A copied event id: nobody downstream can tell a repetition from a new event. Oversold: more units reserved than there
 * were. A lost or doubled e-mail: notification did not go on exactly where it had stopped.
 */

/** Written by order, payment and inventory, in this order. */
const HOPS: readonly Topic[] = ['order-created', 'payment-success', 'stock-reserved']
const didPost = ({ order, orderId }: Posted) => `POST /api/orders ${bodyOf(order)}, answered with the id ${orderId}`

function because(history: History<unknown>, ...services: string[]): { cause?: string } {
  const fell = fallOf(history, ...services)
  return fell === undefined ? {} : { cause: fell }
}

function refused(history: History<unknown>, posted: Posted): Judgement | undefined {
  if (accepted(posted) && posted.orderId !== undefined) return undefined
  return fail('flow.order-refused', {
    did: `POST /api/orders ${bodyOf(posted.order)}`,
    saw: posted.shown,
    ...because(history, 'order'),
  })
}

/** An order that has neither failed nor been reserved and mailed: its last hop shows who stayed silent. */
function stuck(
  history: History<Flow>,
  { orderId = '' }: Posted,
  mailed: boolean,
): { bad: Topic; saw: string } | undefined {
  if (answersOf(history, 'stock-failed').has(orderId)) return undefined
  const missing = HOPS.find((topic) => !answersOf(history, topic).has(orderId))
  if (missing !== undefined) return { bad: missing, saw: `order ${orderId} never reached ${missing}` }
  return mailed
    ? undefined
    : { bad: 'stock-reserved', saw: `order ${orderId} was reserved, but no line "Email Sent" names it` }
}

export const checks = [
  check({
    id: 'G1',
    title: 'One POST flows through all four services',
    marks: 5,
    timing: true,
    buildsOn: ['F1'],
    drive: flow,
    judge: (history) => {
      const { one } = history.given
      const problem = refused(history, one)
      if (problem !== undefined) return problem
      const did = didPost(one)
      const id = one.orderId ?? ''
      const why = because(history, 'order', 'payment', 'inventory', 'notification')
      const missing = HOPS.find((topic) => !answersOf(history, topic).has(id))
      if (missing !== undefined) {
        const first = passport(history, id, missing, 'never came')
        const silent = SERVICES[HOPS.indexOf(missing)] ?? 'order'
        const saw = `no ${missing} for this order${complaintOf(history, silent)}`
        return fail('flow.hop-missing', { did, saw, first, ...why })
      }
      if ((mailsIn(history, [id]).get(id) ?? 0) > 0) return pass
      const first = passport(history, id, 'stock-reserved', 'not mailed')
      return fail('flow.email-missing', { did, saw: 'no line of notification has both', first, ...why })
    },
  }),

  check({
    id: 'G2',
    title: 'No stock, no reservation, no e-mail; no unit is sold twice',
    marks: 5,
    timing: true,
    drive: stock,
    judge: (history) => judgeStock(history),
  }),

  check({
    id: 'G3',
    title: 'Notification may be down: nothing waits for it, and every e-mail is sent once',
    marks: 5,
    timing: true,
    drive: mails,
    judge: (history) => judgeMails(history),
  }),

  check({
    id: 'G4',
    title: 'Every hop keeps the key and makes a new event id; 100 mixed orders all end',
    marks: 5,
    timing: true,
    restsOn: ['G1'],
    buildsOn: ['F1'],
    drive: flow,
    judge: (history) => {
      const { one, mixed } = history.given
      const did = `posted ${mixed.length} orders for products with plenty, little and no stock`
      const ids = new Set([one, ...mixed].flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])))
      const keyed = wrongKey(history, ids)
      if (keyed !== undefined) return keyed
      const copied = copiedId(history)
      if (copied !== undefined) return copied
      const no = mixed.map((posted) => refused(history, posted)).find((problem) => problem !== undefined)
      if (no !== undefined) return no
      const counts = mailsIn(history, [...ids])
      for (const posted of mixed) {
        const found = stuck(history, posted, (counts.get(posted.orderId ?? '') ?? 0) > 0)
        if (found === undefined) continue
        const first = passport(history, posted.orderId ?? '', found.bad, 'here it stopped')
        return fail('flow.order-stuck', {
          did,
          saw: found.saw,
          first,
          ...because(history, 'payment', 'inventory', 'notification'),
        })
      }
      return mixed.length > 0 ? pass : fail('flow.order-stuck', { did, saw: 'no order came through at all' })
    },
  }),
]

function wrongKey(history: History<Flow>, ids: ReadonlySet<string>): Judgement | undefined {
  for (const { record, orderId } of eventsOn(history)) {
    if (orderId === undefined || !ids.has(orderId) || record.key === orderId || !isCore(record.topic)) continue
    const saw = `${place(record)} has ${record.key === null ? 'no key' : `the key ${show(record.key)}`}`
    return fail('flow.key-wrong', {
      did: `followed order ${orderId} over all topics`,
      saw,
      first: passport(history, orderId, record.topic, saw),
    })
  }
  return undefined
}

/** The same id at two different topics or orders. The same event sent again is another matter. */
function copiedId(history: History<Flow>): Judgement | undefined {
  const known = new Map<string, { topic: string; orderId: string | undefined; at: string }>()
  for (const { record, orderId, json } of eventsOn(history)) {
    const id = asText(field(json, 'eventId'))
    const did = 'compared the eventId of all events on all topics'
    if (id === undefined || id === '') {
      if (json === undefined) continue
      return fail('flow.event-id-copied', {
        did,
        saw: `${place(record)} has the eventId ${show(field(json, 'eventId'))}`,
      })
    }
    const other = known.get(id)
    if (other !== undefined && (other.topic !== record.topic || other.orderId !== orderId)) {
      const saw = `${place(record)} has the eventId of ${other.at}: ${id}`
      const topic = TOPICS.find((one) => one === record.topic) ?? 'order-created'
      return fail('flow.event-id-copied', {
        did,
        saw,
        first: passport(history, orderId ?? '', topic, 'the eventId is not new'),
      })
    }
    known.set(id, { topic: record.topic, orderId, at: place(record) })
  }
  return undefined
}

function judgeStock(history: History<Stock>): Judgement {
  const { orders, hopeless } = history.given
  const did = `started inventory with STOCK {"201":60,"303":3,…} and published ${orders.length} payment-success of 1 unit of product 201, and ${hopeless.length} for more than there is`
  const [reserved, failed] = [answersOf(history, 'stock-reserved'), answersOf(history, 'stock-failed')]
  const why = because(history, 'inventory')
  const all = [...orders, ...hopeless]
  const unanswered = all.filter(({ orderId }) => !reserved.has(orderId) && !failed.has(orderId))
  const sold = orders.filter(({ orderId }) => reserved.has(orderId)).length
  if (reserved.size === 0 && failed.size === 0)
    return fail('stock.silent', {
      did,
      saw: `neither stock-reserved nor stock-failed, for none of them${complaintOf(history, 'inventory')}`,
      ...why,
    })
  const show60 = `${sold} reserved and ${orders.filter(({ orderId }) => failed.has(orderId)).length} failed of 100 orders for 60 units`
  const both = all.find(({ orderId }) => (reserved.get(orderId)?.length ?? 0) + (failed.get(orderId)?.length ?? 0) > 1)
  if (both !== undefined) return twoOutcomes(history, both, did)
  if (sold > 60) return fail('stock.oversold', { did, saw: show60 })
  const [first] = unanswered
  if (first !== undefined) {
    const shown = passport(history, first.orderId, 'stock-reserved', 'no answer, neither this nor stock-failed')
    return fail('stock.unanswered', {
      did,
      saw: `${unanswered.length} of ${all.length} payments got no answer`,
      first: shown,
      ...why,
    })
  }
  const given = hopeless.find(({ orderId }) => reserved.has(orderId))
  if (given !== undefined) {
    const saw = `stock-reserved for ${given.quantity} units of product ${given.productId}, of which there are ${given.productId === 303 ? 3 : 'none'}`
    return fail('stock.oversold', { did, saw })
  }
  if (sold < 60) return fail('stock.undersold', { did, saw: show60 })
  const counts = mailsIn(
    history,
    all.map(({ orderId }) => orderId),
  )
  for (const { orderId } of all) {
    const event = failed.get(orderId)?.[0]
    if (event === undefined) continue
    const reason = field(event.json, 'data', 'reason')
    if (typeof reason !== 'string' || reason.trim() === '') {
      return fail('stock.reason-missing', { did, saw: `${place(event.record)} has data.reason ${show(reason)}` })
    }
    if ((counts.get(orderId) ?? 0) > 0) {
      const shown = passport(history, orderId, 'stock-failed', 'and yet it was mailed')
      return fail('stock.email-for-failed', {
        did,
        saw: `"Email Sent" for order ${orderId}, whose stock failed`,
        first: shown,
      })
    }
  }
  return pass
}

function twoOutcomes(history: History<Stock>, { orderId }: Order, did: string): Judgement {
  const own = eventsOn(history).filter((event) => event.orderId === orderId && event.record.topic.startsWith('stock-'))
  const saw = `order ${orderId}: ${own.map(({ record }) => place(record)).join(' and ')}`
  return fail('stock.both-outcomes', {
    did,
    saw,
    first: passport(history, orderId, 'stock-reserved', 'more than one answer'),
  })
}

function judgeMails(history: History<Mails>): Judgement {
  const { early, down, behind } = history.given
  const did = `published ${early.length} orders before notification ran, started it, stopped it with SIGTERM, published ${down.length} more, started it again`
  const all = [...early, ...down, ...behind]
  const reserved = answersOf(history, 'stock-reserved')
  const blocked = all.find(({ orderId }) => !reserved.has(orderId))
  if (blocked !== undefined) {
    const first = passport(history, blocked.orderId, 'stock-reserved', 'never came')
    const saw = `order ${blocked.orderId} did not reach stock-reserved`
    const judgement = fail('mail.blocked', { did, saw, first, ...because(history, 'payment', 'inventory') })
    return judgement.kind === 'fail' ? { ...judgement, dead: reserved.size === 0 } : judgement
  }
  const counts = mailsIn(
    history,
    all.map(({ orderId }) => orderId),
  )
  const twice = all.find(({ orderId }) => (counts.get(orderId) ?? 0) > 1)
  if (twice !== undefined) {
    const first = passport(history, twice.orderId, 'stock-reserved', `mailed ${counts.get(twice.orderId)} times`)
    return fail('mail.twice', {
      did,
      saw: `${counts.get(twice.orderId)} lines "Email Sent" for order ${twice.orderId}`,
      first,
    })
  }
  const lost = all.filter(({ orderId }) => (counts.get(orderId) ?? 0) === 0)
  if (lost[0] === undefined) return pass
  const when = early.includes(lost[0])
    ? 'from before its first start'
    : down.includes(lost[0])
      ? 'from while it was down'
      : 'from while it ran'
  const first = passport(history, lost[0].orderId, 'stock-reserved', 'never mailed')
  return fail('mail.lost', {
    did,
    saw: `${lost.length} of ${all.length} e-mails were never sent; the first is ${when}`,
    first,
    ...because(history, 'notification'),
  })
}
