import type { PageState } from './page-state.ts'

/** Time to look at an order before a newer one takes its place, ms. */
const HOLD_MS = 4_000

export interface Held {
  readonly orderId: string | null
  /** When it was first shown, ms. */
  readonly since: number
}

/**
 * The order that is shown while none is chosen: the newest, but of a stream of them each stays long enough to be read. Whoever goes through what
 * was recorded sets the pace: there it is always the newest. `at` in ms.
 */
export function holdNewest(held: Held, newest: string | null, isLive: boolean, at: number): Held {
  if (newest === held.orderId) return held
  const isTooSoon = isLive && newest !== null && held.orderId !== null && at - held.since < HOLD_MS
  return isTooSoon ? held : { orderId: newest, since: at }
}

/** The order that is followed: the one chosen, else the one that is held. */
export const followed = ({ url, held }: Pick<PageState, 'url' | 'held'>): string | null => url.order ?? held
