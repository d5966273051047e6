import { z } from 'zod'
import { onlyOf } from '../../kit/service/http/caller.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { UseCases } from './application.ts'

const id = z.string().min(1).max(200)
const query = z.object({ limit: z.coerce.number().int().min(1).max(50).default(5) })

const recommendations = z.array(
  z.object({
    productId: z.string(),
    basis: z.enum(['bought-together', 'popular']),
    score: z.number().nullable().describe('How much it belongs to what was bought; null where it is just popular'),
    buyers: z.int().describe('Users who bought it'),
  }),
)

export const createRoutes = (useCases: UseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/recommendations/products/:productId',
    summary: 'What those who bought this product bought too, the best first, filled up with what is popular',
    params: z.object({ productId: id }),
    query,
    responses: {
      200: { description: 'Products', schema: z.object({ productId: z.string(), recommendations }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ params: { productId }, query: { limit } }) => ({
      status: 200,
      body: { productId, recommendations: await useCases.forProduct(productId, limit) },
    }),
  }),
  route({
    method: 'get',
    path: '/api/recommendations/users/:userId',
    summary: 'What goes with what this user bought, and was not bought yet',
    params: z.object({ userId: id }),
    query,
    responses: {
      200: { description: 'Products', schema: z.object({ userId: z.string(), recommendations }) },
      400: { description: 'A parameter is wrong' },
      404: { description: 'Another user than the caller' },
    },
    handle: async ({ params: { userId }, query: { limit }, caller }) => {
      if ((onlyOf(caller) ?? userId) !== userId) throw new Problem(404, `userId: nothing is known of user ${userId}`)
      return { status: 200, body: { userId, recommendations: await useCases.forUser(userId, limit) } }
    },
  }),
]
