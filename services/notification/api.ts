import { z } from 'zod'
import { onlyOf } from '../../kit/service/http/caller.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { UseCases } from './application.ts'

const notification = z.object({
  orderId: z.string(),
  kind: z.enum(['confirmation', 'cancellation']),
  userId: z.string().nullable(),
  text: z.string(),
  createdAt: z.string(),
})

export const listQuery = z.object({
  orderId: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

export const createRoutes = (useCases: UseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/notifications',
    summary: 'The mails to customers, newest first',
    query: listQuery,
    responses: {
      200: { description: 'The mails', schema: z.object({ notifications: z.array(notification) }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ query, caller }) => ({
      status: 200,
      body: { notifications: await useCases.find({ ...query, userId: onlyOf(caller) }) },
    }),
  }),
]
