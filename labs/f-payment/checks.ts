import { check } from '../../cli/check/check.ts'
import { isKits } from '../../cli/check/clean.ts'
import { GROUPS, WORDS } from '../../cli/check/contract.ts'
import { answersOf, publishOrders, roundOf, untilAnswered } from '../../cli/check/flow.ts'
import type { ProcessStory } from '../../cli/check/history.ts'
import { field, show } from '../../cli/check/json.ts'
import { makeOrder, makeOrders, type Order, orderPerPartition, recordsOf } from '../../cli/check/orders.ts'
import { warmUp } from '../../cli/check/ready.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { pass } from '../../cli/check/verdict.ts'
import {
  asText,
  eventsOn,
  fall,
  fallOf,
  linesWith,
  passport,
  place,
  seenOrders,
  storiesOf,
} from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { count, doubled, inventedPayment, judgeTakeOver, lost, repeatedIds, saidOf } from './judges.ts'
import { killOneOfTwo, type TakeOver } from './take-over.ts'

interface Paid {
  readonly few: readonly Order[]
  readonly many: readonly Order[]
  /** Orders in one partition, before and behind the unreadable messages. */
  readonly before: readonly Order[]
  readonly behind: readonly Order[]
  readonly poison: readonly string[]
}

/**
 * A running payment service gets six orders, then 200 at once, then four unreadable messages in one partition with
 * orders before and behind them. Wrong: an order without a payment, with two, with another key, id or event id; lines that
 * are missing; a service that an unreadable message stops.
 */
const payAll = scenario<Paid>({
  name: 'f-pay',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const payment = await shop.start('payment')
    const alive = [payment]
    const warm = await warmUp(shop, alive, roundOf(shop, 'order-created'), 'payment-success')
    const few = [...orderPerPartition(random), ...orderPerPartition(random)]
    await publishOrders(shop, 'six orders', 'order-created', few)
    await untilAnswered(shop, few, ['payment-success'], { alive, idleMs: warm ? 15_000 : 3_000 })
    const many = makeOrders(warm ? 200 : 0, random)
    const sentinels = orderPerPartition(random)
    await publishOrders(shop, '200 orders', 'order-created', [...many, ...sentinels])
    if (warm) await untilAnswered(shop, many, ['payment-success'], { alive, sentinels })
    await shop.quiet(400)
    await untilLines(shop, payment.child.story)
    const poisoned = warm ? await poison(shop, alive) : { before: [], behind: [], poison: [] }
    return { few, many, ...poisoned }
  },
})

/** "Payment Done" may be printed after the event is out. */
async function untilLines(shop: Shop, story: ProcessStory): Promise<void> {
  const said = () => linesWith([story], WORDS.paymentDone).length >= seenOrders(shop.records, 'payment-success').size
  await shop.until('"Payment Done" for each payment', said, 1_500)
}

async function poison(shop: Shop, alive: readonly Running[]) {
  const { random } = shop
  const partition = random.whole(0, 2)
  const here = () => makeOrder(random, { orderId: random.idIn(partition) })
  const [before, behind] = [
    [here(), here()],
    [here(), here(), here()],
  ]
  const values = [
    `this is not JSON ${random.id()}`,
    JSON.stringify({ eventId: random.id(), eventType: 'order-created' }),
    '',
    null,
  ]
  await shop.publish('two orders, four unreadable messages and three orders, all in one partition', [
    ...recordsOf('order-created', before, random),
    ...values.map((value) => ({ topic: 'order-created', key: random.idIn(partition), value })),
    ...recordsOf('order-created', behind, random),
  ])
  await untilAnswered(shop, [...before, ...behind], ['payment-success'], { alive, idleMs: 25_000 })
  return {
    before,
    behind,
    poison: values.map((value) => (value === null ? 'no value at all' : value === '' ? 'an empty value' : value)),
  }
}

interface Down {
  readonly early: readonly Order[]
  readonly down: readonly Order[]
  /** When the service was started again. */
  readonly again: number
}

/**
 * Orders lie there before the service has ever run; it starts, pays, and is stopped with SIGTERM; more orders come; it starts again.
 * Wrong: an order from before the first start or from the time between that is not paid; one that is paid twice.
 */
const payLater = scenario<Down>({
  name: 'f-down',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const early = makeOrders(30, random)
    await publishOrders(shop, '30 orders before the first start', 'order-created', early)
    const first = await shop.start('payment')
    await untilAllOrOvertaken(shop, early, [first])
    await shop.caughtUp(GROUPS.payment, 'order-created')
    await shop.stop(first)
    const down = makeOrders(30, random)
    await publishOrders(shop, '30 orders while it is down', 'order-created', down)
    const again = shop.recorder.now()
    const second = await shop.start('payment')
    await untilAllOrOvertaken(shop, down, [second])
    await shop.quiet(500)
    return { early, down, again }
  },
})

/** Rounds of orders show that the service reads; once they are paid, those that were published before them should be too. */
async function untilAllOrOvertaken(shop: Shop, orders: readonly Order[], alive: readonly Running[]): Promise<void> {
  const warm = await warmUp(shop, alive, roundOf(shop, 'order-created'), 'payment-success', 60_000)
  await untilAnswered(shop, orders, ['payment-success'], { alive, idleMs: warm ? 5_000 : 1_000 })
}

const takeOver = scenario<TakeOver>({ name: 'f-take-over', topics: 'clean', drive: killOneOfTwo })

export const checks = [
  check({
    id: 'F1',
    title: 'An order is paid: payment-success with its id as key, and the two lines',
    marks: 4,
    timing: true,
    drive: payAll,
    judge: (history) => {
      const { few } = history.given
      const did = `published ${few.length} orders on order-created, such as key ${few[0]?.orderId} ${show({ ...few[0] }, 200)}`
      const payments = answersOf(history, 'payment-success')
      const { missing, twice } = count(history, few)
      if (eventsOn(history, 'payment-success').length === 0)
        return lost(history, 'payment.silent', did, missing, few.length)
      for (const order of few) {
        const own = payments.get(order.orderId)?.[0]
        const stray = eventsOn(history, 'payment-success').find(({ record }) => record.key === order.orderId)
        if (own === undefined && stray !== undefined) {
          const saw = `${place(stray.record)} has the key ${order.orderId} and data.orderId ${show(field(stray.json, 'data', 'orderId'))}`
          return fail('payment.other-order', { did, saw })
        }
        const invented = own === undefined ? inventedPayment(history) : undefined
        if (invented !== undefined) {
          const saw = `${place(invented.record)} has data.orderId ${show(field(invented.json, 'data', 'orderId'))}, an order that nobody placed`
          return fail('payment.other-order', { did, saw })
        }
        if (own === undefined) return lost(history, 'payment.missing', did, missing, few.length)
        const { key } = own.record
        const first = passport(history, order.orderId, 'payment-success', `key ${show(key)}`)
        if (key !== order.orderId)
          return fail('payment.key-wrong', {
            did,
            saw: `${place(own.record)} has ${key === null ? 'no key' : `the key ${show(key)}`}`,
            first,
          })
        if (asText(field(own.json, 'data', 'orderId')) !== order.orderId) {
          return fail('payment.other-order', {
            did,
            saw: `${place(own.record)} has data.orderId ${show(field(own.json, 'data', 'orderId'))}`,
          })
        }
      }
      if (twice[0] !== undefined) return doubled(history, 'payment.twice', did, twice[0])
      const problem = repeatedIds(history, few)
      if (problem !== undefined) return fail('payment.event-id', { did, saw: problem })
      const said = saidOf(history)
      return said === undefined ? pass : fail('payment.lines', { did, saw: said })
    },
  }),

  check({
    id: 'F2',
    title: '200 orders: 200 payments, none missing, none twice',
    marks: 4,
    timing: true,
    restsOn: ['F1'],
    drive: payAll,
    judge: (history) => {
      const { many } = history.given
      const did = 'published 200 orders on order-created at once'
      const { missing, twice } = count(history, many)
      if (many.length === 0 || missing.length > 0) return lost(history, 'payment.missing', did, missing, many.length)
      return twice[0] === undefined ? pass : doubled(history, 'payment.twice', did, twice[0])
    },
  }),

  check({
    id: 'F3',
    title: 'Orders from before the first start and from a time down are paid, and none again',
    marks: 4,
    timing: true,
    restsOn: ['F1'],
    drive: payLater,
    judge: (history) => {
      const { early, down, again } = history.given
      const didEarly = `published ${early.length} orders, then started payment for the first time`
      const before = count(history, early)
      if (before.missing.length > 0)
        return lost(history, 'payment.early-orders-lost', didEarly, before.missing, early.length)
      const didDown = `stopped payment with SIGTERM, published ${down.length} orders, started it again`
      const between = count(history, down)
      const paidAgain = answersOf(history, 'payment-success')
      const repeated = early.find(({ orderId }) =>
        (paidAgain.get(orderId) ?? []).slice(1).some(({ record }) => record.at >= again),
      )
      if (repeated !== undefined) return doubled(history, 'payment.paid-again', didDown, repeated)
      if (between.missing.length > 0)
        return lost(history, 'payment.down-orders-lost', didDown, between.missing, down.length)
      // Twice within one run is for F2 to judge.
      return pass
    },
  }),

  check({
    id: 'F4',
    title: 'A message that cannot be read stops nothing',
    marks: 4,
    restsOn: ['F1'],
    drive: payAll,
    judge: (history) => {
      const { before, behind, poison: values } = history.given
      const did = `published to one partition: ${before.length} orders, then ${values.join(' | ')}, then ${behind.length} orders`
      const [story] = storiesOf(history, 'payment')
      const fell = fall(story)
      if (fell !== undefined) return fail('payment.poison-kills', { did, saw: fell })
      if (behind.length === 0)
        return fail('payment.missing', { did: 'waited for payments', saw: 'nothing is being paid at all' })
      const { missing } = count(history, [...before, ...behind])
      return missing.length === 0
        ? pass
        : lost(history, 'payment.poison-blocks', did, missing, before.length + behind.length)
    },
  }),

  check({
    id: 'F5',
    title: 'Two instances share the work; when one is killed, the other finishes it',
    marks: 4,
    timing: true,
    restsOn: ['F1'],
    drive: takeOver,
    judge: (history) => {
      const { given } = history
      const did = 'started two payment services and published orders until both had paid some'
      const [one, two] = storiesOf(history, 'payment')
      if (!given.bothPay) {
        const lines = [one, two].map((story) =>
          story === undefined ? 0 : linesWith([story], WORDS.paymentDone).length,
        )
        const fell = fallOf(history, 'payment')
        const saw = `"Payment Done": ${lines[0]} times by the first, ${lines[1]} times by the second${fell === undefined ? '' : `; ${fell}`}`
        return fail('payment.not-shared', { did, saw, ...(fell === undefined ? {} : { cause: fell }) })
      }
      if (!given.groups.includes(GROUPS.payment)) {
        const others = given.groups.filter((name) => !isKits(name))
        return fail('payment.group-name', { did, saw: `groups on the broker: ${others.join(', ') || 'none'}` })
      }
      return judgeTakeOver(history)
    },
  }),
]
