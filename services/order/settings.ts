import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

export const orderSettings = shopSettings({ port: 5000 }).extend({
  /** After so many entries of one order, what they made of it is kept beside them, so that it need not be read out of all of them again. */
  ORDER_SNAPSHOT_EVERY: z.coerce.number().int().min(1).max(10_000).default(20),
})
