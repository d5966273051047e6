import { publishOrders, untilAnswered } from '../../cli/check/flow.ts'
import { comesUpWithin, type Posted, postOrder, postOrders, takesNone } from '../../cli/check/http-orders.ts'
import { makeOrder, makeOrders, type Order } from '../../cli/check/orders.ts'
import { firstAnswer, untilAtWork } from '../../cli/check/ready.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { seenOrders } from '../../cli/check/views.ts'
import { type Asked, askFor, untilEnded } from './status.ts'

const PLENTY = 900
const MUCH = 1_000_000
const FEW_UNITS = 10

/** How long to wait on where nothing has ended so far: only for what is just on its way. */
const COLD = 3_000

export interface Declined {
  readonly orders: readonly Posted[]
  readonly asked: Asked
  /** Payments that the kit publishes: for all units, for one unit more, and for all units again. */
  readonly all: Order
  readonly more: Order
  readonly again: Order
}

/** Every payment is declined; afterwards the kit asks inventory for every unit there is, and for one more. */
export const declined = scenario<Declined>({
  name: 'h-declined',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const all = await shop.startAll({ failRate: 1, stock: { '201': FEW_UNITS, [PLENTY]: MUCH } })
    const order = all[0] as Running
    await firstAnswer(shop, order, comesUpWithin(shop))
    const warm = await untilOneEnds(shop, order, all, 'CANCELLED')
    const orders = await postOrders(shop, order, makeOrders(5, random, { quantity: 2 }))
    const asked = await untilEnded(shop, order, orders, all, warm)
    const wanted = orders.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId]))
    const cancelled = () => wanted.every((id) => seenOrders(shop.records, 'order-cancelled').has(id))
    await shop.until('all are on order-cancelled', cancelled, warm ? 5_000 : COLD, all)
    await shop.quiet(400)
    // The order service need not know what to do with these: only the others must live through them.
    const others = all.filter((running) => running !== order)
    const whole = makeOrder(random, { quantity: FEW_UNITS })
    await publishOrders(shop, 'a payment for all units', 'payment-success', [whole])
    const patience = { alive: others, ...(warm ? {} : { idleMs: 2 * COLD }) }
    const answered = await untilAnswered(shop, [whole], ['stock-reserved', 'stock-failed'], patience)
    const more = makeOrder(random, { quantity: 1 })
    const again = makeOrder(random, { quantity: FEW_UNITS })
    if (!answered) return { orders, asked, all: whole, more, again }
    await publishOrders(shop, 'a payment for one unit more', 'payment-success', [more])
    await untilAnswered(shop, [more], ['stock-reserved', 'stock-failed'], { alive: others })
    await publishOrders(shop, 'a payment for all units again', 'payment-success', [again])
    await untilAnswered(shop, [again], ['stock-reserved', 'stock-failed'], { alive: others })
    await shop.quiet(400)
    return { orders, asked, all: whole, more, again }
  },
})

/** The event with which an order ends, and how long after it a status that has not changed will not change any more. */
const LAST_EVENT = { CANCELLED: 'order-cancelled', CONFIRMED: 'stock-reserved' } as const
const STATUS_WITHIN = 10_000

/**
 * Posts an order every second or so until one of them has this status. The kit itself publishes nothing before the orders are judged: the order service
 * need not know what to do with an event of an order that it has never seen.
 */
async function untilOneEnds(
  shop: Shop,
  order: Running,
  all: readonly Running[],
  wanted: keyof typeof LAST_EVENT,
): Promise<boolean> {
  const posted: Posted[] = []
  const began = shop.recorder.now()
  let next = 0
  let ended = false
  const look = async () => {
    if (shop.recorder.now() >= next) {
      posted.push(await postOrder(shop, order, makeOrder(shop.random, { productId: PLENTY, quantity: 1 })))
      next = shop.recorder.now() + 1_500
    }
    for (const { orderId } of posted) {
      if (orderId !== undefined) ended ||= (await askFor(shop, order, orderId)).status === wanted
    }
    const told = shop.records.find(({ topic }) => topic === LAST_EVENT[wanted])
    if (takesNone(shop, posted, began)) return true
    return ended || (told !== undefined && shop.recorder.now() - told.at > STATUS_WITHIN)
  }
  await untilAtWork(shop, `an order is ${wanted}`, look, 30_000, all)
  return ended
}

/** An order service may call an order ended before inventory has heard of it. Where inventory was silent before, only what is just on its way is waited for. */
function untilServed(
  shop: Shop,
  posted: readonly Posted[],
  alive: readonly Running[],
  answersSoFar: boolean,
): Promise<boolean> {
  const orders = posted.flatMap(({ order, orderId }) => (orderId === undefined ? [] : [{ ...order, orderId }]))
  const patience = answersSoFar ? {} : { idleMs: COLD }
  return untilAnswered(shop, orders, ['stock-reserved', 'stock-failed'], { alive, ...patience })
}

export interface RunOut {
  /** Takes all units. */
  readonly success: Posted
  /** Come too late. */
  readonly failed: readonly Posted[]
  readonly asked: Asked
  readonly unknown: { readonly status: number; readonly shown: string }
}

/** Nothing is declined. One order takes all five units, two come too late, another product is there in plenty. */
export const runOut = scenario<RunOut>({
  name: 'h-run-out',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const all = await shop.startAll({ stock: { '201': 5, [PLENTY]: MUCH } })
    const order = all[0] as Running
    await firstAnswer(shop, order, comesUpWithin(shop))
    const warm = await untilOneEnds(shop, order, all, 'CONFIRMED')
    const success = await postOrder(shop, order, makeOrder(random, { quantity: 5 }))
    await untilEnded(shop, order, [success], all, warm)
    const served = await untilServed(shop, [success], all, warm)
    const failed = await postOrders(shop, order, makeOrders(2, random, { quantity: 1 }))
    await untilEnded(shop, order, failed, all, warm)
    await untilServed(shop, failed, all, served)
    const compensated = () =>
      failed.every(({ orderId = '' }) =>
        (['payment-refunded', 'order-cancelled'] as const).every((topic) =>
          seenOrders(shop.records, topic).has(orderId),
        ),
      )
    await shop.until('both are refunded and cancelled', compensated, warm ? 8_000 : COLD, all)
    // One more order through all four: what was still under way for the others is behind them now.
    const last = await postOrder(shop, order, makeOrder(random, { productId: PLENTY }))
    await untilEnded(shop, order, [last], all, warm)
    await shop.quiet(600)
    const asked = await untilEnded(shop, order, [success, ...failed], all, warm)
    const { answer } = await askFor(shop, order, random.id())
    return {
      success,
      failed,
      asked,
      unknown: { status: answer.status, shown: `${answer.status} ${answer.body.slice(0, 120)}` },
    }
  },
})

export interface Mixed {
  readonly orders: readonly Posted[]
  readonly asked: Asked
}

/** Half of the payments are declined and the stock does not reach for the rest. */
export const mixed = scenario<Mixed>({
  name: 'h-mixed',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const all = await shop.startAll({ failRate: 0.5, stock: { '201': 40, [PLENTY]: MUCH } })
    const order = all[0] as Running
    await firstAnswer(shop, order, comesUpWithin(shop))
    const warm = await untilOneEnds(shop, order, all, 'CONFIRMED')
    const orders = await postOrders(shop, order, makeOrders(60, random))
    await untilEnded(shop, order, orders, all, warm)
    await shop.quiet(800, 5_000)
    return { orders, asked: await untilEnded(shop, order, orders, all, warm) }
  },
})
