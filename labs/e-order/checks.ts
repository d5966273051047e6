import { check } from '../../cli/check/check.ts'
import { LIMITS, WORDS } from '../../cli/check/contract.ts'
import type { Answer, History } from '../../cli/check/history.ts'
import { accepted, deep, type Posted, postOrder, shownAnswer } from '../../cli/check/http-orders.ts'
import { clip, field, type Json, parseJson, show } from '../../cli/check/json.ts'
import { bodyOf, makeOrder } from '../../cli/check/orders.ts'
import { firstAnswer } from '../../cli/check/ready.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import {
  asText,
  eventsOn,
  fallOf,
  linesWith,
  passport,
  place,
  type SeenEvent,
  seenOrders,
  storiesOf,
} from '../../cli/check/views.ts'
import { type BadOrder, badOrders } from './bad-orders.ts'
import { fail } from './diagnoses.ts'

interface Refusal extends Omit<BadOrder, 'body'> {
  readonly sent: string
  readonly answer: Answer
}

interface Given {
  readonly good: readonly Posted[]
  readonly bad: readonly Refusal[]
  readonly last: Posted
}

/** The contract names no time; an outbox that is emptied every few seconds is right as well. */
const PUBLISHED_WITHIN = 12_000

/**
 * Posts four good orders (two with the same orderId in the body, one product named by a text), every bad body of the contract, and one good
 * order behind them: once its event is there, an event of a bad order would be there too.
 * Wrong: a good order refused, an id used twice, an event missing, doubled or different; a bad order accepted, published, or not
 * answered; a service that does not survive it.
 */
const postAll = scenario<Given>({
  name: 'e-order',
  topics: 'clean',
  drive: async (shop) => {
    const order = await shop.start('order')
    await firstAnswer(shop, order, LIMITS.start + 5_000)
    const { random } = shop
    const same = random.id()
    const good = [await postOrder(shop, order, makeOrder(random))]
    // A service that does not answer the first is not asked four times more.
    if (good[0]?.status === 0) return { good, bad: [], last: good[0] }
    good.push(
      await postOrder(shop, order, makeOrder(random), { orderId: same }),
      await postOrder(shop, order, makeOrder(random, { productId: `SKU-${random.whole(10, 99)}` }), { orderId: same }),
      await postOrder(shop, order, { ...makeOrder(random), userId: undefined } as never),
    )
    const ids = good.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId]))
    const came = ids.length > 0 && (await published(shop, order, ids, PUBLISHED_WITHIN))
    const bad = await postBad(shop, order)
    const last = await postOrder(shop, order, makeOrder(random))
    if (last.orderId !== undefined) await published(shop, order, [last.orderId], came ? PUBLISHED_WITHIN : 3_000)
    await shop.quiet(400)
    return { good, bad, last }
  },
})

function published(shop: Shop, order: Running, ids: readonly string[], deadlineMs: number): Promise<boolean> {
  const there = () => {
    const seen = seenOrders(shop.records, 'order-created')
    return ids.every((id) => seen.has(id))
  }
  return shop.until('the orders are on order-created', there, deadlineMs, [order])
}

async function postBad(shop: Shop, order: Running): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const { body, ...bad } of badOrders(shop.random)) {
    const sent = body === undefined ? 'nothing' : clip(body, 160)
    const request = { method: 'POST', headers: bad.headers, deadlineMs: LIMITS.badOrder, sent }
    const answer = await shop.http(order, '/api/orders', body === undefined ? request : { ...request, body })
    refusals.push({ ...bad, sent, answer })
    // Three that are not answered say enough; waiting for the others would only take time.
    if (refusals.filter((one) => one.answer.status === 0).length === 3) break
  }
  return refusals
}

const didPost = ({ order }: Posted) => `POST /api/orders ${bodyOf(order)}`

function unanswered(history: History<Given>, posted: Posted): Judgement | undefined {
  const did = didPost(posted)
  const fell = fallOf(history, 'order')
  if (posted.status === 0) {
    return fail('order.not-answering', { did, saw: posted.shown, ...(fell === undefined ? {} : { cause: fell }) })
  }
  return accepted(posted) ? undefined : fail('order.good-refused', { did, saw: posted.shown })
}

/** Events that no good order explains: by id, or by what was ordered where the id is another. */
function strangers({ given: { good, last }, ...history }: History<Given>): SeenEvent[] {
  const known = [...good, last]
  return eventsOn(history as History<Given>, 'order-created').filter(
    ({ orderId, json }) =>
      !known.some((one) => one.orderId === orderId || field(json, 'data', 'amount') === one.order.amount),
  )
}

function difference(data: Json | undefined, { order }: Posted): string | undefined {
  const product = asText(field(data, 'productId'))
  if (product !== String(order.productId))
    return `data.productId is ${show(field(data, 'productId'))}, not ${show(order.productId)}`
  for (const name of ['quantity', 'amount'] as const) {
    if (field(data, name) !== order[name]) return `data.${name} is ${show(field(data, name))}, not ${show(order[name])}`
  }
  return undefined
}

export const checks = [
  check({
    id: 'E1',
    title: 'POST /api/orders answers with a new order id',
    marks: 2,
    timing: true,
    drive: postAll,
    judge: (history) => {
      const { good } = history.given
      for (const posted of good) {
        const problem = unanswered(history, posted)
        if (problem !== undefined) return problem
        if (posted.orderId === undefined || posted.orderId === '')
          return fail('order.id-missing', { did: didPost(posted), saw: posted.shown })
      }
      const ids = good.map(({ orderId }) => orderId)
      const twice = ids.find((id, i) => ids.indexOf(id) !== i)
      if (twice !== undefined) {
        return fail('order.id-repeated', {
          did: `posted ${good.length} orders, two of them with the same orderId in the body`,
          saw: `the id ${twice} twice`,
        })
      }
      if (linesWith(storiesOf(history, 'order'), WORDS.orderCreated).length > 0) return pass
      return fail('order.line-missing', { did: didPost(good[0] as Posted), saw: 'no such line' })
    },
  }),

  check({
    id: 'E2',
    title: 'Each order is published once, as it was posted',
    marks: 2,
    timing: true,
    restsOn: ['E1'],
    drive: postAll,
    judge: (history) => {
      const events = eventsOn(history, 'order-created')
      const { good } = history.given
      for (const posted of good) {
        const problem = unanswered(history, posted)
        if (problem !== undefined) return problem
        const did = `${didPost(posted)}, answered with the id ${posted.orderId}`
        const own = events.filter(({ orderId }) => orderId === posted.orderId)
        // Where the shop gave one id to two orders (E1 says so), each of them has its event.
        const posts = good.filter(({ orderId }) => orderId === posted.orderId).length
        const [event] = own
        if (event === undefined) {
          const other = events.find(({ json }) => field(json, 'data', 'amount') === posted.order.amount)
          const elsewhere = `the event has the id ${other?.orderId} (${other === undefined ? '' : place(other.record)})`
          const saw = other === undefined ? 'no event with this id or amount' : elsewhere
          const first = passport(history, posted.orderId ?? '', 'order-created', 'never came')
          return fail('order.event-missing', { did, saw, first })
        }
        if (own.length > posts) {
          const saw = own.map(({ record }) => place(record)).join(' and ')
          const first = passport(history, posted.orderId ?? '', 'order-created', 'more than once')
          return fail('order.event-twice', { did, saw, first })
        }
        if (own.some(({ json }) => difference(field(json, 'data'), posted) === undefined)) continue
        const why = difference(field(event.json, 'data'), posted) ?? ''
        const first = passport(history, posted.orderId ?? '', 'order-created', why)
        const saw = `${place(event.record)} ${clip(event.record.value ?? '', 300)}`
        return fail('order.event-different', { did, saw, first })
      }
      return pass
    },
  }),

  check({
    id: 'E3',
    title: 'A bad order is refused, not published, and harms nothing',
    marks: 2,
    timing: true,
    restsOn: ['E1'],
    drive: postAll,
    judge: (history) => {
      const { good, bad, last } = history.given
      const silent = unanswered(history, good[0] as Posted)
      if (silent !== undefined) return silent
      for (const { what, sent, answer } of bad) {
        const did = `POST /api/orders with ${what}: ${sent}`
        const saw = shownAnswer(answer)
        const fell = fallOf(history, 'order')
        if (answer.status === 0) {
          if (fell !== undefined) return fail('order.bad-crashes', { did, saw: fell })
          return fail('order.bad-no-answer', { did, saw })
        }
        if (answer.status >= 500) return fail('order.bad-crashes', { did, saw })
        if (answer.status < 400) return fail('order.bad-accepted', { did, saw })
        if (deep(parseJson(answer.body), 'error') === undefined)
          return fail('order.bad-unexplained', { did, saw: `${saw} (${answer.type})` })
      }
      const [stranger] = strangers(history)
      if (stranger !== undefined) {
        const bodies = bad.find(
          ({ amount }) => amount !== undefined && amount === field(stranger.json, 'data', 'amount'),
        )
        const did =
          bodies === undefined
            ? `posted ${bad.length} bad orders`
            : `POST /api/orders with ${bodies.what}: ${bodies.sent}`
        return fail('order.bad-published', {
          did,
          saw: `${place(stranger.record)} ${clip(stranger.record.value ?? '', 300)}`,
        })
      }
      // By the amount where the id is another: that is for E2 to judge.
      const published = eventsOn(history, 'order-created').some(
        ({ orderId, json }) => orderId === last.orderId || field(json, 'data', 'amount') === last.order.amount,
      )
      if (accepted(last) && last.orderId !== undefined && published) return pass
      const did = `${didPost(last)}, after ${bad.length} bad orders`
      return fail('order.good-after-bad', { did, saw: accepted(last) ? `${last.shown}, but no event` : last.shown })
    },
  }),
]
