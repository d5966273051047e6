import { GROUPS, WORDS } from '../../cli/check/contract.ts'
import { publishOrders, roundOf, untilAnswered } from '../../cli/check/flow.ts'
import { accepted, comesUpWithin, type Posted, postOrder, postOrders, takesNone } from '../../cli/check/http-orders.ts'
import { mailsOf } from '../../cli/check/mails.ts'
import { makeOrder, makeOrders, type Order, orderPerPartition } from '../../cli/check/orders.ts'
import { firstAnswer, untilAtWork, warmUp } from '../../cli/check/ready.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { eventsOn, linesWith, seenOrders } from '../../cli/check/views.ts'

/** A product with more units than any scenario asks for: orders that are there to see who is at work. */
export const PLENTY = 900
export const MUCH = 1_000_000

/** How long to wait on for a shop that has not done anything so far: only for what is just on its way. */
const COLD = 3_000

export interface Flow {
  readonly one: Posted
  readonly mixed: readonly Posted[]
}

/** All four services: orders to see that they are at work, one POST, then a hundred of products with plenty, little and no stock. */
export const flow = scenario<Flow>({
  name: 'g-flow',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const stock = { '201': 1_000, '302': 4, [PLENTY]: MUCH }
    const all = await shop.startAll({ stock })
    const order = all[0] as Running
    await firstAnswer(shop, order, comesUpWithin(shop))
    const warm = await untilMailed(shop, order, all)
    const one = await postOrder(shop, order, makeOrder(random))
    await ended(shop, [one], all, warm ? 15_000 : COLD)
    const wishes = Array.from({ length: 100 }, (_, i) =>
      makeOrder(random, { productId: i % 5 === 0 ? 302 : i % 9 === 0 ? 404 : 201 }),
    )
    const mixed = warm ? await postOrders(shop, order, random.shuffled(wishes)) : []
    await ended(shop, mixed, all, 15_000)
    await shop.quiet(400)
    return { one, mixed }
  },
})

/** Posts an order every second or so until one of them is mailed. */
async function untilMailed(shop: Shop, order: Running, all: readonly Running[]): Promise<boolean> {
  const ids = new Set<string>()
  const posted: Posted[] = []
  const began = shop.recorder.now()
  let next = 0
  let isMailed = false
  const mailed = async () => {
    if (shop.recorder.now() >= next) {
      const one = await postOrder(shop, order, makeOrder(shop.random, { productId: PLENTY }))
      posted.push(one)
      if (one.orderId !== undefined) ids.add(one.orderId)
      next = shop.recorder.now() + 1_500
    }
    isMailed = linesWith(mailers(shop), WORDS.emailSent).length > 0
    return isMailed || takesNone(shop, posted, began)
  }
  await untilMailing(shop, mailed, ids, 45_000, all)
  return isMailed
}

/** It has read all there is, and so long later it still has not said a word: it will not. */
const SPEECHLESS = 8_000
const LOOK_EVERY = 1_000

/** Waits until notification is at work; gives up early where its group is through with one of these orders and printed no e-mail. */
async function untilMailing(
  shop: Shop,
  mailed: () => boolean | Promise<boolean>,
  orderIds: ReadonlySet<string>,
  deadlineMs: number,
  alive: readonly Running[],
): Promise<boolean> {
  let done = false
  let next = 0
  let throughSince: number | undefined
  const look = async () => {
    done = await mailed()
    const now = shop.recorder.now()
    if (done || now < next) return done
    next = now + LOOK_EVERY
    if (await isThrough(shop, orderIds)) throughSince ??= now
    return throughSince !== undefined && now - throughSince > SPEECHLESS
  }
  await untilAtWork(shop, 'notification is at work', look, deadlineMs, alive)
  return done
}

/** Has notification committed the reservation of one of these orders? */
async function isThrough(shop: Shop, orderIds: ReadonlySet<string>): Promise<boolean> {
  const own = eventsOn(shop.recorder.history, 'stock-reserved').filter(({ orderId = '' }) => orderIds.has(orderId))
  if (own.length === 0) return false
  const committed = await shop.committed(GROUPS.notification, 'stock-reserved')
  return own.some(({ record }) => (committed[record.partition] ?? -1) > record.offset)
}

const mailers = (shop: Shop) => shop.recorder.history.processes.filter(({ name }) => name.startsWith('notification'))

async function ended(shop: Shop, posted: readonly Posted[], alive: readonly Running[], idleMs: number): Promise<void> {
  const ids = posted.flatMap((one) => (accepted(one) && one.orderId !== undefined ? [one.orderId] : []))
  const count = () => {
    const mails = mailsOf(mailers(shop), ids)
    const reserved = seenOrders(shop.records, 'stock-reserved')
    const failed = seenOrders(shop.records, 'stock-failed')
    return ids.filter((id) => failed.has(id) || (reserved.has(id) && (mails.get(id) ?? 0) > 0)).length
  }
  await shop.untilDone(
    `${ids.length} orders have ended`,
    () => count() === ids.length,
    () => count() + shop.records.length,
    { alive, idleMs },
  )
}

export interface Stock {
  /** One unit each. */
  readonly orders: readonly Order[]
  /** Of a product that is not listed, and more than there is of one that is. */
  readonly hopeless: readonly Order[]
}

/** Inventory and notification alone: the kit publishes 100 payments for 60 units at once, and two for a product that is not listed. */
export const stock = scenario<Stock>({
  name: 'g-stock',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const settings = { stock: { '201': 60, '303': 3, [PLENTY]: MUCH } }
    const alive = await shop.startAll(settings, ['inventory', 'notification'])
    const warm = await untilMailedStock(shop, alive)
    const orders = makeOrders(100, random, { quantity: 1 })
    const hopeless = [...makeOrders(2, random, { productId: 777 }), makeOrder(random, { productId: 303, quantity: 5 })]
    await publishOrders(shop, '100 payments for 60 units', 'payment-success', random.shuffled([...orders, ...hopeless]))
    const sentinels = orderPerPartition(random, { productId: PLENTY })
    await publishOrders(shop, 'payments behind them', 'payment-success', sentinels)
    const patience = { alive, sentinels, ...(warm ? {} : { idleMs: COLD }) }
    await untilAnswered(shop, [...orders, ...hopeless], ['stock-reserved', 'stock-failed'], patience)
    const mails = () =>
      mailsOf(
        mailers(shop),
        sentinels.map(({ orderId }) => orderId),
      )
    const mailed = () => [...mails().values()].every((times) => times > 0)
    if (warm) await shop.until('the orders behind them are mailed', mailed, 5_000, alive)
    await shop.quiet(500)
    return { orders, hopeless }
  },
})

/** Does inventory work at all? Notification is given a while to show itself, too. */
async function untilMailedStock(shop: Shop, [inventory, notification]: readonly Running[]): Promise<boolean> {
  const round = roundOf(shop, 'payment-success', { productId: PLENTY })
  if (inventory === undefined || !(await warmUp(shop, [inventory], round, 'stock-reserved'))) return false
  const mailed = () => linesWith(mailers(shop), WORDS.emailSent).length > 0
  await untilAtWork(shop, 'notification is at work', mailed, 10_000, notification === undefined ? [] : [notification])
  return true
}

export interface Mails {
  /** Ordered before notification had ever run, and while it was down. */
  readonly early: readonly Order[]
  readonly down: readonly Order[]
  readonly behind: readonly Order[]
  /** When notification was started for the second time. */
  readonly again: number
}

/** Notification is not there yet, comes, is stopped with SIGTERM, comes back; orders go on all the while. */
export const mails = scenario<Mails>({
  name: 'g-mails',
  topics: 'clean',
  drive: async (shop) => {
    const { random } = shop
    const settings = { stock: { '201': MUCH } }
    const alive = await shop.startAll(settings, ['payment', 'inventory'])
    const warm = await warmUp(shop, alive, roundOf(shop, 'order-created'), 'stock-reserved')
    const early = makeOrders(20, random)
    await publishOrders(shop, '20 orders without notification', 'order-created', early)
    await untilAnswered(shop, early, ['stock-reserved'], { alive, ...(warm ? {} : { idleMs: COLD }) })
    const nothing = { early, down: [], behind: [], again: shop.recorder.now() }
    if (!warm) return nothing
    const first = await shop.start('notification', settings)
    if (!(await allMailed(shop, early, first))) return nothing
    await shop.caughtUp(GROUPS.notification, 'stock-reserved')
    await shop.stop(first)
    const down = makeOrders(20, random)
    await publishOrders(shop, '20 orders while notification is down', 'order-created', down)
    await untilAnswered(shop, down, ['stock-reserved'], { alive })
    const again = shop.recorder.now()
    const second = await shop.start('notification', settings)
    await allMailed(shop, down, second)
    const behind = orderPerPartition(random)
    await publishOrders(shop, 'orders behind them', 'order-created', behind)
    await allMailed(shop, behind, second)
    await quietMails(shop)
    return { early, down, behind, again }
  },
})

/**
 * Waits until these orders are mailed. Once notification mails anything at all, and then nothing for a while, those that are not mailed are lost.
 * False where it mails nothing at all.
 */
async function allMailed(shop: Shop, orders: readonly Order[], notification: Running): Promise<boolean> {
  const alive = [notification]
  let next = 0
  const ids = orders.map(({ orderId }) => orderId)
  const count = () => [...mailsOf(mailers(shop), ids).values()].filter((times) => times > 0).length
  const works = async () => {
    if (count() === orders.length) return true
    if (shop.recorder.now() >= next) {
      const round = orderPerPartition(shop.random)
      await publishOrders(shop, 'orders to see whether notification is at work', 'order-created', round)
      next = shop.recorder.now() + 2_000
    }
    return linesWith([notification.child.story], WORDS.emailSent).length > 0
  }
  if (!(await untilMailing(shop, works, new Set(ids), 60_000, alive))) return false
  await shop.untilDone(`${orders.length} orders are mailed`, () => count() === orders.length, count, {
    alive,
    idleMs: 8_000,
  })
  return true
}

/** No more `Email Sent` for a while. */
async function quietMails(shop: Shop): Promise<void> {
  let count = -1
  let since = shop.recorder.now()
  const still = () => {
    const now = linesWith(mailers(shop), WORDS.emailSent).length
    if (now !== count) since = shop.recorder.now()
    count = now
    return shop.recorder.now() - since > 500
  }
  await shop.until('no more e-mails', still, 4_000)
}
