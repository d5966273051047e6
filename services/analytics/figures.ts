import { is, type Mark, type OrderFacts, type Sale } from './domain.ts'

/**
 * What one order adds to the figures: each name counts it once. Names are of a fixed set, so the tables of counts stay small:
 * `<saga>.<mark>`, `<saga>.cancelled-after.<stage>`, `reason.<kind>`, `delivery.<bucket>`.
 */
export interface Figures {
  readonly counts: readonly string[]
  /** Null until the order is confirmed, and where it was cancelled all the same. */
  readonly sale: Sale | null
}

export const sagas = ['choreography', 'orchestration'] as const
export type Saga = (typeof sagas)[number]

/** The stages of the way, in the order in which each kind of saga takes them. */
const ways = {
  choreography: ['placed', 'paid', 'reserved', 'shipped'],
  orchestration: ['placed', 'reserved', 'paid', 'shipped'],
} as const satisfies Record<Saga, readonly Mark[]>

export const stages = ways.choreography
export type Stage = (typeof stages)[number]

const plain = ['placed', 'paid', 'reserved', 'shipped', 'confirmed', 'cancelled', 'delayed', 'delivered'] as const

/** Why orders are cancelled. The first that holds is the kind: a customer who changed his mind did so whatever else happened. */
const causes = [
  ['customer', 'byCustomer'],
  ['payment-declined', 'declined'],
  ['out-of-stock', 'outOfStock'],
  ['carrier-refused', 'carrierRefused'],
  ['no-answer', 'lateAnswer'],
] as const satisfies readonly (readonly [string, Mark])[]

export const reasonKinds = [...causes.map(([kind]) => kind), 'other'] as const
export type ReasonKind = (typeof reasonKinds)[number]

export const figuresOf = (facts: OrderFacts): Figures => {
  const saga: Saga = is(facts, 'orchestrated') ? 'orchestration' : 'choreography'
  const counts: string[] = []
  for (const mark of plain) if (is(facts, mark)) counts.push(`${saga}.${mark}`)
  // An undo is also asked for where it turns out that there is nothing to undo; that is no refund.
  if (is(facts, 'refunded') && is(facts, 'paid')) counts.push(`${saga}.refunded`)
  if (is(facts, 'restored') && is(facts, 'reserved')) counts.push(`${saga}.restored`)
  if (is(facts, 'cancelled')) counts.push(`${saga}.cancelled-after.${stageOf(facts, saga)}`, `reason.${kindOf(facts)}`)
  if (facts.shippedAt !== null && facts.deliveredAt !== null)
    counts.push(`delivery.${bucketOf(facts.deliveredAt - facts.shippedAt)}`)
  return { counts, sale: is(facts, 'cancelled') ? null : facts.sale }
}

const stageOf = (facts: OrderFacts, saga: Saga): Stage => ways[saga].findLast((mark) => is(facts, mark)) ?? 'placed'

const kindOf = (facts: OrderFacts): ReasonKind => causes.find(([, mark]) => is(facts, mark))?.[0] ?? 'other'

/** Buckets of times grow by 2 % each: some 1,700 of them reach over 10,000 years, and what is read back is right to 1 %. */
const growth = 1.02

export const bucketOf = (ms: number): number => (ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / Math.log(growth)))

const msOf = (bucket: number): number => (bucket === 0 ? 0 : Math.round(growth ** (bucket - 0.5)))

/** The time (ms) that this share of the deliveries took at most; null where there are none. */
export const percentileOf = (buckets: ReadonlyMap<number, number>, share: number): number | null => {
  const sorted = [...buckets].sort(([a], [b]) => a - b)
  const rank = Math.max(1, Math.ceil(share * sorted.reduce((sum, [, orders]) => sum + orders, 0)))
  let seen = 0
  for (const [bucket, orders] of sorted) {
    seen += orders
    if (seen >= rank) return msOf(bucket)
  }
  return null
}
