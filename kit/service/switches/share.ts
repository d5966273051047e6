import { z } from 'zod'
import type { Switch, Switchboard } from './switchboard.ts'

/** FNV-1a with murmur's last mix: spreads even ids that differ in one digit over the whole range. 32 bits, unsigned. */
const hash = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Whether a thing is among those that a misfortune hits. */
export type Share = (id: string) => boolean

/**
 * Hits a share `rate` (0..1) of all ids by a hash of id and seed: nothing changes its fate when its event comes twice, and a run with the same
 * ids and seed can be repeated.
 */
export const shareBySeed =
  (rate: number, seed: string): Share =>
  (id) =>
    hash(`${seed}:${id}`) / 2 ** 32 < rate

const toggle = z.strictObject({ percent: z.number().min(1).max(100), seed: z.coerce.string().default('1') })

/** The share that the settings name; while the toggle `id` is on, the share that it names. */
export const createShare = (
  board: Switchboard,
  id: string,
  rate: number,
  seed: string,
): { hits: Share; lever: Switch<unknown> } => {
  const usual = shareBySeed(rate, seed)
  let live = usual
  const lever = board.add(id, toggle, (on) => {
    live = on === null ? usual : shareBySeed(on.percent / 100, on.seed)
  })
  return { hits: (one) => live(one), lever }
}
