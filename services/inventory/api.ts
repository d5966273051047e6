import { z } from 'zod'
import { type Route, route } from '../../kit/service/http/route.ts'
import type { UseCases } from './application.ts'

const units = z.int().min(0).max(1_000_000_000)
const stock = z.object({
  productId: z.string(),
  available: units.describe('Units that can still be reserved'),
  threshold: units.describe('At or below this many the product is low'),
  level: z.enum(['NORMAL', 'LOW', 'DEPLETED']),
})

const show = ({ productId, available, threshold, level }: z.infer<typeof stock>) => ({
  productId,
  available,
  threshold,
  level,
})

export const createRoutes = (useCases: UseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/stock',
    summary: 'What lies on the shelf, product by product',
    responses: { 200: { description: 'All products', schema: z.object({ stock: z.array(stock) }) } },
    handle: async () => ({ status: 200, body: { stock: (await useCases.list()).map(show) } }),
  }),
  route({
    method: 'put',
    path: '/api/stock/:productId',
    needs: 'staff',
    summary: 'Set how many units of a product can be reserved',
    params: z.object({ productId: z.string().min(1).max(200) }),
    body: z.object({ available: units, threshold: units.optional() }),
    responses: {
      200: { description: 'The product as it is now', schema: stock },
      400: { description: 'The body names no number of units' },
    },
    handle: async ({ params, body }) => {
      const changed = await useCases.set({
        productId: params.productId,
        available: body.available,
        threshold: body.threshold,
      })
      return { status: 200, body: show(changed) }
    },
  }),
]
