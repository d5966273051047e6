import { z } from 'zod'
import { Problem } from '../../kit/service/http/problem.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { Progress, UseCases } from './application.ts'
import { reasonKinds } from './figures.ts'
import type { SalesPage } from './queries.ts'
import { spans } from './tally.ts'

const time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .optional()
const salesQuery = z.object({
  product: z.coerce.string().min(1).max(200).optional(),
  from: time.describe('Default: 24 hours before `to`; by day, 30 days'),
  to: time.describe('Left out itself. Default: now'),
  by: z.enum(['hour', 'day']).default('hour').describe('UTC, by the time when the order was confirmed'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  cursor: z.string().max(500).optional().describe('From the answer before'),
})

const salesAnswer = z.object({
  by: z.enum(['hour', 'day']),
  from: z.string(),
  to: z.string(),
  sales: z.array(
    z.object({
      product: z.string(),
      start: z.string(),
      orders: z.int(),
      units: z.number(),
      amount: z.string().describe('Exact, as decimal text'),
    }),
  ),
  cursor: z.string().nullable(),
})

const count = z.int()
const way = z.object({
  placed: count,
  paid: count,
  reserved: count,
  shipped: count,
  confirmed: count,
  delivered: count,
  cancelled: count,
  cancelledAfter: z.object({ placed: count, paid: count, reserved: count, shipped: count }),
  refunded: count,
  restored: count,
})
const funnel = way.extend({ bySaga: z.object({ choreography: way, orchestration: way }) })
const cancellations = z.object({
  orders: count,
  reasons: z.array(z.object({ kind: z.enum(reasonKinds), orders: count })),
})
const delivery = z.object({
  shipped: count,
  delivered: count,
  delayed: count,
  p50Ms: z.number().nullable().describe('From the shipment to the delivery, right to 1 %'),
  p95Ms: z.number().nullable(),
})
const progress = z.object({
  state: z.enum(['never', 'running', 'done', 'failed']),
  instance: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  records: count.describe('Read so far'),
  recordsTotal: count.describe('In the log when the rebuild began'),
  error: z.string().nullable(),
})

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
const show = (value: Progress) => ({
  ...value,
  startedAt: isoOrNull(value.startedAt),
  endedAt: isoOrNull(value.endedAt),
})

type SalesQuery = z.output<typeof salesQuery>

const periodOf = ({ by, from, to }: SalesQuery, now: number): { from: number; to: number } => {
  const end = to ?? now
  const start = from ?? end - (by === 'hour' ? 1 : 30) * spans.day
  if (start < end) return { from: Math.floor(start / spans[by]) * spans[by], to: end }
  const message = 'must be before `to`'
  throw new Problem(400, `from: ${message}`, [{ field: 'from', message }])
}

const showSales = (query: SalesQuery, period: { from: number; to: number }, page: SalesPage) => ({
  by: query.by,
  from: iso(period.from),
  to: iso(period.to),
  sales: page.sales.map(({ product, start, orders, units, amount }) => ({
    product,
    start: iso(start),
    orders,
    units: Number(units),
    amount,
  })),
  cursor: page.cursor,
})

const answers = (description: string, schema: z.ZodType) => ({ 200: { description, schema } })

export const createRoutes = (useCases: UseCases, now: () => number): Route[] => [
  route({
    method: 'get',
    path: '/api/analytics/sales',
    needs: 'staff',
    summary: 'What was sold: orders, units and money by product and hour or day',
    query: salesQuery,
    responses: { ...answers('A page, by time', salesAnswer), 400: { description: 'A parameter is wrong' } },
    handle: async ({ query }) => {
      const period = periodOf(query, now())
      const { product, limit, cursor, by: span } = query
      const page = await useCases.sales({ ...period, product, span, limit, cursor })
      return { status: 200, body: showSales(query, period, page) }
    },
  }),
  route({
    method: 'get',
    path: '/api/analytics/funnel',
    needs: 'staff',
    summary: 'How far orders got, and where they were cancelled',
    responses: answers('Orders by stage', funnel),
    handle: async () => ({ status: 200, body: await useCases.funnel() }),
  }),
  route({
    method: 'get',
    path: '/api/analytics/cancellations',
    needs: 'staff',
    summary: 'Why orders were cancelled',
    responses: answers('Orders by kind of reason, the most frequent first', cancellations),
    handle: async () => ({ status: 200, body: await useCases.cancellations() }),
  }),
  route({
    method: 'get',
    path: '/api/analytics/delivery',
    needs: 'staff',
    summary: 'How long deliveries take',
    responses: answers('Times of delivery', delivery),
    handle: async () => ({ status: 200, body: await useCases.delivery() }),
  }),
  route({
    method: 'get',
    path: '/api/analytics/stream',
    needs: 'staff',
    summary: 'Funnel, cancellations and delivery as server-sent events, at most once a second and when they changed',
    responses: { 200: { description: 'Events named figures' } },
    handle: () => ({ status: 200, events: useCases.changes() }),
  }),
  route({
    method: 'post',
    path: '/api/analytics/rebuild',
    needs: 'admin',
    summary:
      'Make all figures anew from the log while the old ones serve; asked again meanwhile, it is the same rebuild',
    responses: { 202: { description: 'It is on its way; GET tells how far it is', schema: progress } },
    handle: async () => ({ status: 202, body: show(await useCases.rebuild()) }),
  }),
  route({
    method: 'get',
    path: '/api/analytics/rebuild',
    needs: 'staff',
    summary: 'How the latest rebuild stands',
    responses: answers('Its state', progress),
    handle: async () => ({ status: 200, body: show(await useCases.progress()) }),
  }),
]
