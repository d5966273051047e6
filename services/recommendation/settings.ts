import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

export const schema = shopSettings({ port: 5007 }).extend({
  /** So many users are remembered at most; then those who have not been here for longest are dropped. */
  MAX_USERS: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  /** After so many days without an order a user is dropped. */
  HISTORY_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
})

export type RecommendationSettings = z.output<typeof schema>
