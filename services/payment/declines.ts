import { createShare } from '../../kit/service/switches/share.ts'
import type { Switch, Switchboard } from '../../kit/service/switches/switchboard.ts'
import type { Declines } from './domain.ts'

/** Declines the share of orders that the settings name; while the toggle `decline` is on, the share that it names. */
export const createDeclines = (
  rate: number,
  seed: string,
  board: Switchboard,
): { declines: Declines; declining: Switch<unknown> } => {
  const { hits, lever } = createShare(board, 'decline', rate, seed)
  return { declines: hits, declining: lever }
}
