import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

const parseJson = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON such as {"201":100}' })
    return z.NEVER
  }
}

export const inventorySettings = shopSettings({ port: 5002 }).extend({
  /** productId → units. */
  STOCK: z
    .string()
    .default('{"201":100}')
    .transform(parseJson)
    .pipe(z.record(z.string(), z.int().min(0).max(1_000_000_000))),
  /** `always` (the lab contract): set the shelf at every start. `once`: add only products that are not there yet. */
  STOCK_LOAD: z.enum(['always', 'once']).default('always'),
  /** Units at which a product counts as low. */
  LOW_STOCK: z.coerce.number().int().min(0).default(10),
})
