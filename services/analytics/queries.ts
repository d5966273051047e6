import type { Kysely } from 'kysely'
import { Problem } from '../../kit/service/http/problem.ts'
import { percentileOf, type ReasonKind, reasonKinds, type Saga, type Stage, sagas, stages } from './figures.ts'
import type { AnalyticsTables } from './storage.ts'
import type { SalesSum, Span } from './tally.ts'
import { toSum } from './view-sets.ts'

/** Orders that got so far, and what was undone. An order is in every stage that it passed. */
export interface Way {
  readonly placed: number
  readonly paid: number
  readonly reserved: number
  readonly shipped: number
  readonly confirmed: number
  readonly delivered: number
  /** In all, and by the last stage that the order had reached. */
  readonly cancelled: number
  readonly cancelledAfter: Readonly<Record<Stage, number>>
  readonly refunded: number
  readonly restored: number
}

export interface Funnel extends Way {
  readonly bySaga: Readonly<Record<Saga, Way>>
}

export interface Cancellations {
  readonly orders: number
  readonly reasons: readonly { readonly kind: ReasonKind; readonly orders: number }[]
}

export interface Delivery {
  readonly shipped: number
  readonly delivered: number
  readonly delayed: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

export interface SalesFilter {
  readonly product?: string | undefined
  /** Ms since 1970; `to` is left out. */
  readonly from: number
  readonly to: number
  readonly span: Span
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface SalesPage {
  readonly sales: readonly SalesSum[]
  readonly cursor: string | null
}

type Counts = ReadonlyMap<string, number>

export const readCounts = async (db: Kysely<AnalyticsTables>): Promise<Counts> => {
  const rows = await db.selectFrom('counts').selectAll().execute()
  return new Map(rows.map(({ name, n }) => [name, Number(n)]))
}

const wayOf = (counts: Counts, of: readonly Saga[]): Way => {
  const sum = (name: string): number => of.reduce((all, saga) => all + (counts.get(`${saga}.${name}`) ?? 0), 0)
  const after = (stage: Stage): [Stage, number] => [stage, sum(`cancelled-after.${stage}`)]
  return {
    placed: sum('placed'),
    paid: sum('paid'),
    reserved: sum('reserved'),
    shipped: sum('shipped'),
    confirmed: sum('confirmed'),
    delivered: sum('delivered'),
    cancelled: sum('cancelled'),
    cancelledAfter: Object.fromEntries(stages.map(after)) as Record<Stage, number>,
    refunded: sum('refunded'),
    restored: sum('restored'),
  }
}

export const funnelOf = (counts: Counts): Funnel => ({
  ...wayOf(counts, sagas),
  bySaga: { choreography: wayOf(counts, ['choreography']), orchestration: wayOf(counts, ['orchestration']) },
})

export const cancellationsOf = (counts: Counts): Cancellations => {
  const reasons = reasonKinds.map((kind) => ({ kind, orders: counts.get(`reason.${kind}`) ?? 0 }))
  return { orders: wayOf(counts, sagas).cancelled, reasons: reasons.sort((a, b) => b.orders - a.orders) }
}

export const deliveryOf = (counts: Counts): Delivery => {
  const { shipped, delivered } = wayOf(counts, sagas)
  const buckets = new Map<number, number>()
  for (const [name, orders] of counts)
    if (name.startsWith('delivery.')) buckets.set(Number(name.slice('delivery.'.length)), orders)
  const delayed = sagas.reduce((all, saga) => all + (counts.get(`${saga}.delayed`) ?? 0), 0)
  return { shipped, delivered, delayed, p50Ms: percentileOf(buckets, 0.5), p95Ms: percentileOf(buckets, 0.95) }
}

const encodeCursor = ({ start, product }: SalesSum): string => Buffer.from(`${start}:${product}`).toString('base64url')
const decodeCursor = (cursor: string): [number, string] => {
  const [, start, product = ''] = /^(-?\d{1,16}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (start === undefined) {
    const message = 'is none of ours; take it from the answer before'
    throw new Problem(400, `cursor: ${message}`, [{ field: 'cursor', message }])
  }
  return [Number(start), product]
}

/** By time, then by product. Sums that came down to nothing are left out. */
export const readSales = async (db: Kysely<AnalyticsTables>, filter: SalesFilter): Promise<SalesPage> => {
  let query = db
    .selectFrom('sales')
    .selectAll()
    .where('span', '=', filter.span)
    .where('start', '>=', filter.from)
    .where('start', '<', filter.to)
    .where('orders', '>', 0)
    .orderBy('start')
    .orderBy('product')
    .limit(filter.limit)
  if (filter.product !== undefined) query = query.where('product', '=', filter.product)
  if (filter.cursor !== undefined) {
    const [start, product] = decodeCursor(filter.cursor)
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('start', 'product'), '>', tuple(start, product)))
  }
  const sales = (await query.execute()).map(toSum)
  return { sales, cursor: sales.length === filter.limit ? encodeCursor(sales.at(-1)!) : null }
}
