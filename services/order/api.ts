import { z } from 'zod'
import { onlyOf } from '../../kit/service/http/caller.ts'
import { type Route, route, type ServerEvent } from '../../kit/service/http/route.ts'
import type { ShopSize } from '../contracts/catalogue.ts'
import { orderData } from '../contracts/schemas.ts'
import type { UseCases } from './application.ts'
import type { OrderRecord } from './projection.ts'
import type { Moment, Queries } from './queries.ts'

const status = z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'NEEDS_ATTENTION'])
const wholeBody = orderData.omit({ orderId: true })
const coreBody = wholeBody.extend({ saga: z.never('the core shop has no orchestrated saga').optional() })
const orderPath = z.object({ orderId: z.string().min(1).max(200) })
const traceHeader = z.object({ traceparent: z.string().optional() })
const placeHeaders = traceHeader.extend({
  'idempotency-key': z.string().min(1).max(200).optional().describe('The same key and body again give the same order'),
})
const listQuery = z.object({
  status: status.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(500).optional().describe('From the answer before'),
})

const accepted = z.object({ orderId: z.string(), status, message: z.string() })
const order = orderData.extend({ status, reason: z.string().nullable(), createdAt: z.string(), updatedAt: z.string() })
const auditEntry = z.object({
  eventId: z.string(),
  eventType: z.string(),
  source: z.string(),
  timestamp: z.string(),
  causationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
})

const show = ({ createdAt, updatedAt, version: _version, ...rest }: OrderRecord) => ({
  ...rest,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})

const toMoment = (text: string): Moment => (/^\d+$/.test(text) ? { version: Number(text) } : { time: Date.parse(text) })
const historyQuery = z.object({
  at: z
    .union(
      [z.string().regex(/^\d{1,9}$/), z.iso.datetime({ offset: true })],
      'expected the number of an entry, or a time such as 2026-01-31T12:00:00Z',
    )
    .transform(toMoment)
    .optional()
    .describe('The number of an entry of the order, counted from 1, or a time. Default: now'),
})
const historyAnswer = z.object({
  orderId: z.string(),
  order: order.nullable().describe('null before it was placed'),
  events: z.array(z.object({ version: z.int(), at: z.string(), event: auditEntry })),
})

const statusEvent = ({ orderId, status, reason, version }: OrderRecord): ServerEvent => ({
  event: 'status',
  id: String(version),
  data: { orderId, status, reason },
})

const notFound = { 404: { description: 'There is no such order' } }

const placeRoute = ({ place }: UseCases, size: ShopSize): Route =>
  route({
    method: 'post',
    path: '/api/orders',
    summary: 'Place an order; it is worked on after the answer',
    headers: placeHeaders,
    body: size === 'core' ? coreBody : wholeBody,
    responses: {
      202: { description: 'Accepted', schema: accepted },
      400: { description: 'The body is no order; the answer names the field' },
      413: { description: 'The body is too large' },
      422: { description: 'The Idempotency-Key was used with another body' },
    },
    handle: async ({ body, headers, caller }) => {
      const only = onlyOf(caller)
      const key = headers['idempotency-key']
      const placed = await place({
        data: { ...body, userId: only ?? body.userId },
        // Two customers may think of the same key.
        idempotencyKey: key === undefined || only === undefined ? key : `${only} ${key}`,
        traceparent: headers.traceparent,
      })
      return { status: 202, body: { orderId: placed.orderId, status: placed.status, message: 'Order Created' } }
    },
  })

const listRoute = ({ list }: Queries): Route =>
  route({
    method: 'get',
    path: '/api/orders',
    summary: 'List orders, newest first',
    query: listQuery,
    responses: {
      200: { description: 'A page', schema: z.object({ orders: z.array(order), cursor: z.string().nullable() }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ query, caller }) => {
      const page = await list({ ...query, userId: onlyOf(caller) })
      return { status: 200, body: { orders: page.orders.map(show), cursor: page.cursor } }
    },
  })

const lookRoute = ({ get }: Queries): Route =>
  route({
    method: 'get',
    path: '/api/orders/:orderId',
    summary: 'One order and its status',
    params: orderPath,
    responses: { 200: { description: 'The order', schema: order }, ...notFound },
    handle: async ({ params, caller }) => ({
      status: 200,
      body: show(await get(params.orderId, onlyOf(caller))),
    }),
  })

const trailRoute = ({ events }: Queries): Route =>
  route({
    method: 'get',
    path: '/api/orders/:orderId/events',
    summary: 'All that happened to an order, in the order in which this service learnt of it',
    params: orderPath,
    responses: {
      200: { description: 'The trail', schema: z.object({ orderId: z.string(), events: z.array(auditEntry) }) },
      ...notFound,
    },
    handle: async ({ params, caller }) => ({
      status: 200,
      body: { orderId: params.orderId, events: await events(params.orderId, onlyOf(caller)) },
    }),
  })

const lookBackRoute = ({ history }: Queries): Route =>
  route({
    method: 'get',
    path: '/api/orders/:orderId/history',
    summary: 'What an order was at a moment, and what had happened to it by then',
    params: orderPath,
    query: historyQuery,
    responses: {
      200: { description: 'The order as it was then', schema: historyAnswer },
      400: { description: 'The moment is neither a number nor a time' },
      ...notFound,
    },
    handle: async ({ params, query, caller }) => {
      const { order: was, entries } = await history(params.orderId, query.at, onlyOf(caller))
      const shown = entries.map(({ version, at, event }) => ({ version, at: new Date(at).toISOString(), event }))
      return { status: 200, body: { orderId: params.orderId, order: was === null ? null : show(was), events: shown } }
    },
  })

const followRoute = ({ follow }: Queries): Route =>
  route({
    method: 'get',
    path: '/api/orders/:orderId/stream',
    summary: 'The status of an order now and whenever it changes, as server-sent events, until it has ended',
    params: orderPath,
    responses: { 200: { description: 'Events named `status`, of orderId, status and reason' }, ...notFound },
    handle: async ({ params, caller }) => ({
      status: 200,
      events: await follow(params.orderId, statusEvent, onlyOf(caller)),
    }),
  })

const cancelRoute = ({ cancel }: UseCases): Route =>
  route({
    method: 'post',
    path: '/api/orders/:orderId/cancel',
    summary: 'Cancel an order that is still pending',
    params: orderPath,
    headers: traceHeader,
    responses: {
      202: {
        description:
          'What was done for it is being undone; an order that is led step by step is cancelled when that is done',
        schema: accepted,
      },
      409: { description: 'It has ended already' },
      ...notFound,
    },
    handle: async ({ params, headers, caller }) => {
      const cancelled = await cancel(params.orderId, headers.traceparent, onlyOf(caller))
      const { orderId, status: now } = cancelled
      const message = now === 'CANCELLED' ? 'Order Cancelled' : 'What was done for the order is being undone'
      return { status: 202, body: { orderId, status: now, message } }
    },
  })

export const createRoutes = (useCases: UseCases, queries: Queries, size: ShopSize): Route[] => [
  placeRoute(useCases, size),
  listRoute(queries),
  lookRoute(queries),
  trailRoute(queries),
  lookBackRoute(queries),
  followRoute(queries),
  cancelRoute(useCases),
]
