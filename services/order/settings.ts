import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

export const orderSettings = shopSettings({ port: 5000 }).extend({
  /** After so many entries of one order, what they made of it is kept beside them, so that it need not be read out of all of them again. */
  ORDER_SNAPSHOT_EVERY: z.coerce.number().int().min(1).max(10_000).default(20),
  /** Who leads an order that does not say it itself: nobody, each service acting on what it hears; or this service, by commands. For the whole shop. */
  SAGA: z.enum(['choreography', 'orchestration']).default('choreography'),
  /** How long the orchestrated saga waits for the first answer to a command; with every further try twice as long. */
  SAGA_DEADLINE_MS: z.coerce.number().int().min(50).max(3_600_000).default(10_000),
  /** How often it asks before a person has to look. */
  SAGA_TRIES: z.coerce.number().int().min(1).max(20).default(4),
})

export type OrderSettings = z.output<typeof orderSettings>
