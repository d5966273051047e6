import { z } from 'zod'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { UseCases } from './application.ts'

const payment = z.object({
  orderId: z.string(),
  amount: z.number(),
  status: z.enum(['PAID', 'DECLINED', 'REFUNDED', 'BARRED']),
  reason: z.string().nullable(),
  updatedAt: z.string(),
})

export const createRoutes = (useCases: UseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/payments/:orderId',
    summary: 'What was charged, declined or given back for an order',
    params: z.object({ orderId: z.string().min(1).max(200) }),
    responses: {
      200: { description: 'The payment', schema: payment },
      404: { description: 'This order has not come to the payment service' },
    },
    handle: async ({ params }) => {
      const found = await useCases.get(params.orderId)
      return { status: 200, body: { ...found, updatedAt: new Date(found.updatedAt).toISOString() } }
    },
  }),
]
