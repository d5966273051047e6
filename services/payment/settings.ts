import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

export const paymentSettings = shopSettings({ port: 5001 }).extend({
  /** The share of payments that are declined, 0..1. */
  PAYMENT_FAIL_RATE: z.coerce.number().min(0).max(1).default(0),
  /** Another seed declines other orders. */
  PAYMENT_SEED: z.string().default('1'),
})
