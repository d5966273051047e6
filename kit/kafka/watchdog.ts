/** Notices that something regular stopped happening. Counts on the monotonic clock, so that a step of the wall clock cannot fool it. */
export interface Watchdog {
  /** It happened. */
  contact(): void
  /** Call this regularly; true once `limitMs` went by without contact. */
  isSilent(): boolean
}

/**
 * `periodMs` is how often `isSilent` is asked. A gap between two questions counts as two periods at most: when the
 * process itself stood still (a debugger, a frozen machine), that silence was ours.
 */
export function createWatchdog(limitMs: number, periodMs: number, now = () => performance.now()): Watchdog {
  let silence = 0
  let last = now()
  return {
    contact: () => {
      silence = 0
      last = now()
    },
    isSilent: () => {
      const at = now()
      silence += Math.min(at - last, 2 * periodMs)
      last = at
      return silence > limitMs
    },
  }
}
