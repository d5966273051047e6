import type { EventOf } from '../contracts/catalogue.ts'

export const observed = ['order.order.completed', 'identity.user.deactivated'] as const
export type RecommendationEvent = EventOf<(typeof observed)[number]>

export interface Purchase {
  readonly orderId: string
  readonly product: string
  /** Ms since 1970, when the order was confirmed. */
  readonly at: number
}

/**
 * What one user bought, the latest first. Each event can only add to it or bar more of it, so it comes out the same in whatever order, and however often,
 * the events come.
 */
export interface History {
  readonly userId: string
  readonly purchases: readonly Purchase[]
  /** What was bought up to then (ms since 1970) is forgotten; null: nothing is. */
  readonly goneUntil: number | null
  /** Time of the latest event, for telling which users have not been here for long. */
  readonly latest: number
}

/** So many purchases are kept of a user: enough to tell a taste, and a bound on what one user can cost. */
export const kept = 50

/** Whoever is forgotten for good stays forgotten, also by events that are still on their way. */
const forGood = Number.MAX_SAFE_INTEGER

export const noHistory = (userId: string): History => ({ userId, purchases: [], goneUntil: null, latest: 0 })

/** The user whom an event is about; undefined for an order without one: it says nothing about who bought what together. */
export const userOf = ({ data }: RecommendationEvent): string | undefined => data.userId

/** The history with what the event says; the very same object where it says nothing new. */
export const fold = (history: History, event: RecommendationEvent): History => {
  const at = Date.parse(event.timestamp)
  const next =
    event.eventType === 'identity.user.deactivated'
      ? forget(history, event.data.forgotten ? forGood : at)
      : remember(history, { orderId: event.data.orderId, product: String(event.data.productId), at })
  return at > history.latest ? { ...next, latest: at } : next
}

const remember = (history: History, purchase: Purchase): History => {
  if (purchase.at <= (history.goneUntil ?? Number.NEGATIVE_INFINITY)) return history
  const known = history.purchases.find(({ orderId }) => orderId === purchase.orderId)
  if (known !== undefined && !isLater(purchase, known)) return history
  const others = history.purchases.filter((one) => one !== known)
  const purchases = [...others, purchase].sort((a, b) => (isLater(a, b) ? -1 : 1)).slice(0, kept)
  return purchases.includes(purchase) ? { ...history, purchases } : history
}

const forget = (history: History, until: number): History => {
  if (history.goneUntil !== null && history.goneUntil >= until) return history
  return { ...history, goneUntil: until, purchases: history.purchases.filter(({ at }) => at > until) }
}

/** A total order, so that what is kept does not depend on what came first. */
const isLater = (a: Purchase, b: Purchase): boolean => {
  if (a.at !== b.at) return a.at > b.at
  if (a.orderId !== b.orderId) return a.orderId > b.orderId
  return a.product > b.product
}

/** Bought within so many ms of each other counts as bought together. */
export const windowMs = 30 * 86_400_000

export const productsOf = ({ purchases }: History): ReadonlySet<string> =>
  new Set(purchases.map(({ product }) => product))

/** Each pair of products that this user bought together, once, as JSON of both in order. */
export const pairsOf = ({ purchases }: History): ReadonlySet<string> => {
  const pairs = new Set<string>()
  purchases.forEach((late, i) => {
    for (const early of purchases.slice(i + 1)) {
      if (late.at - early.at > windowMs) break
      if (late.product !== early.product) pairs.add(pairOf(late.product, early.product))
    }
  })
  return pairs
}

const pairOf = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a])

/** How much two products belong together, 0..1: their common buyers against those of each (the cosine of the two sets). 1: bought by the same people. */
export const scoreOf = (common: number, buyers: number, otherBuyers: number): number =>
  buyers > 0 && otherBuyers > 0 ? Math.min(1, common / Math.sqrt(buyers * otherBuyers)) : 0
