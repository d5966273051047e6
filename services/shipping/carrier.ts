import { hash } from 'node:crypto'
import { z } from 'zod'
import { createShare, shareBySeed } from '../../kit/service/switches/share.ts'
import type { Switchboard } from '../../kit/service/switches/switchboard.ts'
import type { Carrier } from './domain.ts'
import type { ShippingSettings } from './settings.ts'

const day = 86_400_000

/** Follows from the order and the time, so that a parcel has one number however often it is decided; the time first keeps the index of numbers in one place. */
const number: Carrier['number'] = (orderId, at) => {
  const digest = hash('sha256', orderId)
  return {
    shipmentId: `shipment-${digest.slice(0, 24)}`,
    trackingNumber: `SL${at.toString(36).padStart(9, '0')}${digest.slice(24, 34)}`.toUpperCase(),
  }
}

const lateToggle = z.strictObject({
  percent: z.number().min(1).max(100).default(100),
  ms: z.int().min(1).max(day).optional(),
  seed: z.coerce.string().default('1'),
})

export interface Lateness {
  /** By how many ms this parcel will be late; null: it comes in time. */
  of(orderId: string): number | null
  /** Counts what was late by the toggle. */
  count(late: number): void
}

export type SimulatedCarrier = ReturnType<typeof createCarrier>

/** The carrier as the settings have it; the toggles `ship-refuse` and `carrier-late` make it worse for a while. */
export const createCarrier = (settings: ShippingSettings, board: Switchboard) => {
  const { CARRIER_SEED: seed, CARRIER_STEP_MS: stepMs, CARRIER_LATE_MS: lateMs } = settings
  const { hits, lever: refusing } = createShare(board, 'ship-refuse', settings.CARRIER_FAIL_RATE, seed)
  const usual = shareBySeed(settings.CARRIER_LATE_RATE, `late:${seed}`)
  let isLate = usual
  const delaying = board.add('carrier-late', lateToggle, (on) => {
    isLate = on === null ? usual : shareBySeed(on.percent / 100, `late:${on.seed}`)
  })
  const carrier: Carrier = { name: 'Parcel Post', refuses: hits, number, promiseMs: 4 * (stepMs || day) }
  const late: Lateness = {
    of: (orderId) => (isLate(orderId) ? (delaying.on?.ms ?? lateMs) : null),
    count: (injected) => {
      if (delaying.on !== null) delaying.injected += injected
    },
  }
  return {
    carrier,
    late,
    countRefused: (refused: number): void => {
      if (refusing.on !== null) refusing.injected += refused
    },
  }
}
