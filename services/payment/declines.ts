import { z } from 'zod'
import type { Switch, Switchboard } from '../../kit/service/switches/switchboard.ts'
import type { Declines } from './domain.ts'

/** FNV-1a with murmur's last mix: spreads even ids that differ in one digit over the whole range. 32 bits, unsigned. */
const hash = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Declines a share `rate` (0..1) of all orders by a hash of order id and seed: no order changes its fate when its event comes twice,
 * and a run with the same ids and seed can be repeated.
 */
export const declineBySeed =
  (rate: number, seed: string) =>
  (orderId: string): boolean =>
    hash(`${seed}:${orderId}`) / 2 ** 32 < rate

const toggle = z.strictObject({ percent: z.number().min(1).max(100), seed: z.coerce.string().default('1') })

/** The share that the settings name; while the toggle `decline` is on, the share that it names. */
export const createDeclines = (
  rate: number,
  seed: string,
  board: Switchboard,
): { declines: Declines; declining: Switch<unknown> } => {
  const usual = declineBySeed(rate, seed)
  let live = usual
  const declining = board.add('decline', toggle, (on) => {
    live = on === null ? usual : declineBySeed(on.percent / 100, on.seed)
  })
  return { declines: (orderId) => live(orderId), declining }
}
