import { storable } from '../../kit/store/many.ts'
import { addDecimals, negated } from './decimal.ts'
import type { OrderFacts, Sale } from './domain.ts'
import { type Figures, figuresOf } from './figures.ts'

export const spans = { hour: 3_600_000, day: 86_400_000 } as const
export type Span = keyof typeof spans

/** Sales of one product in one span of time, UTC. `units` and `amount` are decimal text. */
export interface SalesSum {
  readonly span: Span
  /** Ms since 1970. */
  readonly start: number
  readonly product: string
  readonly units: string
  readonly amount: string
  readonly orders: number
}

/** How the figures change by a batch of orders. */
export interface Tally {
  readonly counts: ReadonlyMap<string, number>
  readonly sales: ReadonlyMap<string, SalesSum>
}

export const salesKey = ({ span, start, product }: Pick<SalesSum, 'span' | 'start' | 'product'>): string =>
  `${span} ${start} ${product}`

export const addSales = (known: SalesSum | undefined, more: SalesSum): SalesSum =>
  known === undefined
    ? more
    : {
        ...more,
        units: addDecimals(known.units, more.units),
        amount: addDecimals(known.amount, more.amount),
        orders: known.orders + more.orders,
      }

/** What was counted of each order before goes, what is to be counted now comes: so an order counts once, however often it changes. */
export const tallyOf = (
  changes: Iterable<{ readonly before: OrderFacts | undefined; readonly after: OrderFacts }>,
): Tally => {
  const counts = new Map<string, number>()
  const sales = new Map<string, SalesSum>()
  const count = (names: readonly string[], sign: 1 | -1): void => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + sign)
  }
  const sell = (sale: Sale | null, sign: 1 | -1): void => {
    if (sale === null) return
    for (const sum of sumsOf(sale, sign)) {
      const key = salesKey(sum)
      sales.set(key, addSales(sales.get(key), sum))
    }
  }
  for (const { before, after } of changes) {
    const was = before === undefined ? nothing : figuresOf(before)
    const is = figuresOf(after)
    count(was.counts, -1)
    count(is.counts, 1)
    // Most of what happens to an order does not touch its sale.
    if (isSame(was.sale, is.sale)) continue
    sell(was.sale, -1)
    sell(is.sale, 1)
  }
  for (const [name, change] of counts) if (change === 0) counts.delete(name)
  for (const [key, { orders, units, amount }] of sales)
    if (orders === 0 && units === '0' && amount === '0') sales.delete(key)
  return { counts, sales }
}

const nothing: Figures = { counts: [], sale: null }

const isSame = (a: Sale | null, b: Sale | null): boolean =>
  a === b ||
  (a !== null && b !== null && a.at === b.at && a.product === b.product && a.units === b.units && a.amount === b.amount)

const sumsOf = ({ at, product, units, amount }: Sale, sign: 1 | -1): SalesSum[] =>
  (Object.keys(spans) as Span[]).map((span) => ({
    span,
    start: Math.floor(at / spans[span]) * spans[span],
    product: storable(product),
    units: signed(units, sign),
    amount: signed(amount, sign),
    orders: sign,
  }))

const signed = (value: number, sign: 1 | -1): string =>
  sign === 1 ? addDecimals('0', String(value)) : negated(String(value))
