import { GROUPS, LIMITS, TOPICS, WORDS } from '../../cli/check/contract.ts'
import { publishOrders } from '../../cli/check/flow.ts'
import { makeOrder, type Order, orderPerPartition } from '../../cli/check/orders.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { linesWith, seenOrders } from '../../cli/check/views.ts'

export interface TakeOver {
  readonly bothPay: boolean
  readonly groups: readonly string[]
  /** Orders sent while both instances were at work. */
  readonly steady: readonly Order[]
  readonly behind: readonly Order[]
  /** What payment-group had committed on order-created just before the kill, by partition. */
  readonly committed: Readonly<Record<number, number>>
  /** Milliseconds since the scenario began; -1 where nothing was killed. */
  readonly killedAt: number
  /** Clock time of the kill. */
  readonly killedClock: number
}

const WINDOW = 9
const FREEZES = 14
const LONGEST_STEADY = 20_000

/**
 * Two instances pay; one is killed with -9 while orders are under way. To find an offset that was committed before its work was done, the
 * victim is first frozen for a moment, again and again: frozen, what it has committed and what it has published can be compared at leisure. It
 * is killed at the first moment at which a committed order is not paid, and otherwise after the last look.
 */
export async function killOneOfTwo(shop: Shop): Promise<TakeOver> {
  const first = await shop.start('payment')
  const second = await shop.start('payment', {}, { ownPort: true })
  const both = [first, second]
  const bothPay = await untilBothPay(shop, both)
  const feed = new Feed(shop)
  const none = { bothPay, steady: feed.orders, behind: [], committed: {}, killedAt: -1, killedClock: 0 }
  if (!bothPay) return { ...none, groups: await groupNames(shop) }

  const victim = busier(both)
  const victimDone = () => doneBy(shop, victim)
  const end = shop.recorder.now() + LONGEST_STEADY
  let committed: Record<number, number> = {}
  for (let look = 0; look < FREEZES; look++) {
    const before = victimDone()
    const wanted = before + 1 + shop.random.whole(0, 3)
    await feed.until(
      'the instance to be killed is at work',
      () => victimDone() >= wanted,
      Math.max(1_000, end - shop.recorder.now()),
      both,
    )
    victim.child.signal('SIGSTOP', 'to compare what it has committed with what it has paid')
    committed = await shop.committed(GROUPS.payment, 'order-created')
    await readToEnd(shop)
    if (committedAhead(shop, committed) || look === FREEZES - 1 || shop.recorder.now() > end) break
    victim.child.signal('SIGCONT', 'nothing found, on it goes')
  }
  const groups = await groupNames(shop)
  const [killedAt, killedClock] = [shop.recorder.now(), Date.now()]
  await shop.kill(victim, 'the kill -9 of F5')
  const behind = [...orderPerPartition(shop.random), ...orderPerPartition(shop.random)]
  await publishOrders(shop, 'orders behind the kill', 'order-created', behind)
  await untilAllPaid(shop, [...feed.orders, ...behind])
  return { bothPay, groups, steady: feed.orders, behind, committed, killedAt, killedClock }
}

const silent = (both: readonly Running[]) =>
  linesWith(
    both.map(({ child }) => child.story),
    WORDS.paymentDone,
  ).length === 0

/** Payments of one instance by what it says; where it says nothing, which is for F1 to judge, those of both. */
function doneBy(shop: Shop, { child }: Running): number {
  const said = linesWith([child.story], WORDS.paymentDone).length
  return said > 0 ? said : seenOrders(shop.records, 'payment-success').size
}

/** Two members of the group hold partitions, and payments come. */
async function bothAssigned(shop: Shop): Promise<boolean> {
  const { members } = await shop.bus.group(GROUPS.payment)
  const holding = members.filter(({ assignment }) => (assignment['order-created']?.length ?? 0) > 0)
  return holding.length >= 2 && seenOrders(shop.records, 'payment-success').size > 0
}

/** Rounds of orders until both instances say that they have paid; where neither says anything, until both have something to read. */
async function untilBothPay(shop: Shop, both: readonly Running[]): Promise<boolean> {
  let next = 0
  const pay = async () => {
    if (shop.recorder.now() >= next) {
      await publishOrders(shop, 'a round of orders to see who pays', 'order-created', orderPerPartition(shop.random))
      next = shop.recorder.now() + 1_000
    }
    if (silent(both)) return await bothAssigned(shop)
    return both.every(({ child }) => linesWith([child.story], WORDS.paymentDone).length > 0)
  }
  return await shop.until('both instances pay', pay, 40_000, both)
}

/** Keeps a few orders under way, not more: however slow the shop is, little is left to be taken over. */
class Feed {
  readonly orders: Order[] = []
  readonly #shop: Shop

  constructor(shop: Shop) {
    this.#shop = shop
  }

  async until(what: string, holds: () => boolean, deadlineMs: number, alive: readonly Running[]): Promise<boolean> {
    const work = async () => {
      if (holds()) return true
      const paid = seenOrders(this.#shop.records, 'payment-success')
      const open = this.orders.filter(({ orderId }) => !paid.has(orderId)).length
      if (open < WINDOW) {
        const fresh = Array.from({ length: WINDOW - open }, () => makeOrder(this.#shop.random))
        this.orders.push(...fresh)
        await publishOrders(this.#shop, 'orders to keep both at work', 'order-created', fresh)
      }
      return holds()
    }
    return await this.#shop.until(what, work, deadlineMs, alive)
  }
}

/** The one that has paid more holds more partitions, so more is under way in it. */
function busier(both: readonly Running[]): Running {
  const [a, b] = both as [Running, Running]
  const paid = ({ child }: Running) => linesWith([child.story], WORDS.paymentDone).length
  return paid(a) >= paid(b) ? a : b
}

async function groupNames(shop: Shop): Promise<string[]> {
  return (await shop.bus.groups()).map(({ group }) => group)
}

/** The kit has read all that is on the topics now (but what a transaction still hides). */
async function readToEnd(shop: Shop): Promise<void> {
  const infos = await shop.bus.topics(TOPICS)
  const goals = infos.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, high }) => ({ topic, partition, end: Number(high) })),
  )
  const read = () => {
    const last = new Map(shop.records.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))
    return goals.every(({ topic, partition, end }) => end === 0 || (last.get(`${topic}/${partition}`) ?? -1) >= end - 2)
  }
  await shop.until('the kit has read to the ends', read, 1_000)
  await shop.quiet(30, 200)
}

function committedAhead(shop: Shop, committed: Readonly<Record<number, number>>): boolean {
  const paid = seenOrders(shop.records, 'payment-success')
  return shop.records.some(
    ({ topic, partition, offset, key }) =>
      topic === 'order-created' && offset < (committed[partition] ?? 0) && key !== null && !paid.has(key),
  )
}

/** At most 60 s; longer only while a transaction of the dead hides what the living has written. */
async function untilAllPaid(shop: Shop, orders: readonly Order[]): Promise<void> {
  const paid = () => {
    const seen = seenOrders(shop.records, 'payment-success')
    return orders.every(({ orderId }) => seen.has(orderId))
  }
  const inTime = await shop.until('every order is paid', paid, LIMITS.takeOver)
  if (!inTime && (await somethingHidden(shop))) await shop.until('every order is visibly paid', paid, 75_000)
  await shop.quiet(500)
}

async function somethingHidden(shop: Shop): Promise<boolean> {
  const last = new Map(shop.records.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))
  const infos = await shop.bus.topics(['payment-success'])
  return infos.some(({ topic, partitions }) =>
    partitions.some(({ partition, high }) => Number(high) - 2 > (last.get(`${topic}/${partition}`) ?? -1)),
  )
}
