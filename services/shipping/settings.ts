import { z } from 'zod'
import { baseSettings } from '../../kit/service/settings.ts'

const day = 86_400_000

export const shippingSettings = baseSettings({ port: 5004 }).extend({
  /** The share of parcels that the carrier refuses, 0..1. */
  CARRIER_FAIL_RATE: z.coerce.number().min(0).max(1).default(0),
  /** The share of parcels that are late, 0..1. */
  CARRIER_LATE_RATE: z.coerce.number().min(0).max(1).default(0),
  /** Another seed refuses and delays other parcels. */
  CARRIER_SEED: z.string().default('1'),
  /** How long each step of the carrier takes, in ms: picked up, in transit, delivered. 0: the carrier does nothing, as a measurement wants it. */
  CARRIER_STEP_MS: z.coerce.number().int().min(0).max(day).default(20_000),
  /** How much later a late parcel is, in ms. */
  CARRIER_LATE_MS: z.coerce.number().int().min(1).max(day).default(60_000),
  /** Steps at most in one round of an instance; there is a round each second (each step time, where that is shorter). So parcels wait under load, and nobody else does. */
  CARRIER_BATCH: z.coerce.number().int().min(1).max(5_000).default(50),
})

export type ShippingSettings = z.output<typeof shippingSettings>
