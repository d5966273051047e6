import type { Time } from '../protocol.ts'

/** How a page keeps up: what was sent, and what it has acknowledged. */
export interface Pace {
  /** `behind`: it gets nothing until it has caught up, and then a snapshot. */
  readonly mode: 'live' | 'behind'
  /** Numbers of what was sent and is not acknowledged yet, oldest first. */
  readonly unacked: readonly number[]
  readonly heardAt: Time
}

export const BUFFER_BYTES = 256 * 1024
export const UNACKED = 20
export const SILENT_MS = 10_000

export type Step = 'send' | 'skip' | 'snapshot' | 'close'

export const begin = (now: Time): Pace => ({ mode: 'behind', unacked: [], heardAt: now })

/**
 * What to do with a client now. `buffered`: bytes that lie in our own socket buffer; those in the kernel's are seen by nobody, so
 * missing acknowledgements count as well.
 */
export function nextStep(pace: Pace, buffered: number, now: Time): Step {
  if (pace.unacked.length > 0 && now - pace.heardAt > SILENT_MS) return 'close'
  if (pace.mode === 'behind') return pace.unacked.length === 0 && buffered === 0 ? 'snapshot' : 'skip'
  return buffered > BUFFER_BYTES || pace.unacked.length >= UNACKED ? 'skip' : 'send'
}

export const fallBehind = (pace: Pace): Pace => ({ ...pace, mode: 'behind' })

export function sent(pace: Pace, n: number, now: Time): Pace {
  // A client that was owed nothing was not silent: its time begins with what it gets now.
  return { mode: 'live', unacked: [...pace.unacked, n], heardAt: pace.unacked.length === 0 ? now : pace.heardAt }
}

/** An acknowledgement covers everything that was sent before. */
export function acked(pace: Pace, n: number, now: Time): Pace {
  return { ...pace, unacked: pace.unacked.filter((one) => one > n), heardAt: now }
}
