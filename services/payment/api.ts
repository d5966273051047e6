import { z } from 'zod'
import { onlyOf } from '../../kit/service/http/caller.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { ShopSize } from '../contracts/catalogue.ts'
import type { UseCases } from './application.ts'

const payment = z.object({
  orderId: z.string(),
  amount: z.number(),
  status: z.enum(['PAID', 'DECLINED', 'REFUNDED', 'BARRED']),
  reason: z.string().nullable(),
  updatedAt: z.string(),
})

const path = z.object({ orderId: z.string().min(1).max(200) })

const show = ({ orderId, amount, status, reason, updatedAt }: Awaited<ReturnType<UseCases['get']>>) => ({
  orderId,
  amount,
  status,
  reason,
  updatedAt: new Date(updatedAt).toISOString(),
})

const notFound = { 404: { description: 'This order has not come to the payment service' } }

const look = ({ get }: UseCases): Route =>
  route({
    method: 'get',
    path: '/api/payments/:orderId',
    summary: 'What was charged, declined or given back for an order',
    params: path,
    responses: { 200: { description: 'The payment', schema: payment }, ...notFound },
    handle: async ({ params, caller }) => ({ status: 200, body: show(await get(params.orderId, onlyOf(caller))) }),
  })

const refund = (useCases: UseCases): Route =>
  route({
    method: 'post',
    path: '/api/payments/:orderId/refund',
    needs: 'staff',
    summary: 'Give the money back; once, however often it is asked',
    params: path,
    headers: z.object({ traceparent: z.string().optional() }),
    body: z.object({ reason: z.string().trim().min(1).max(500).describe('Why, in words for the customer') }),
    responses: {
      200: { description: 'The payment as it is now', schema: payment },
      400: { description: 'The reason is missing' },
      409: { description: 'Nothing was paid' },
      ...notFound,
    },
    handle: async ({ params, body, headers }) => {
      const refunded = await useCases.refund({ ...params, ...body, traceparent: headers.traceparent })
      return { status: 200, body: show(refunded) }
    },
  })

export const createRoutes = (useCases: UseCases, size: ShopSize): Route[] =>
  size === 'core' ? [look(useCases)] : [look(useCases), refund(useCases)]
