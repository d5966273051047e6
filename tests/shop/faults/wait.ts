import { setTimeout as pause } from 'node:timers/promises'

/** A condition that did not come true in time. */
export class TooLate extends Error {
  override readonly name = 'TooLate'
}

export interface Waiting {
  readonly deadlineMs: number
  /** Between two looks. Default 25 ms: the machine is busy enough. */
  readonly everyMs?: number
}

/** Looks until `look` gives something other than undefined or false; resolves to it and throws TooLate at the deadline. A look that throws counts as "not yet". */
export const waitFor = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { deadlineMs, everyMs = 25 }: Waiting,
): Promise<T> => {
  const end = performance.now() + deadlineMs
  let trouble = ''
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
      trouble = ''
    } catch (error) {
      trouble = ` (${String(error)})`
    }
    if (performance.now() > end) throw new TooLate(`not within ${deadlineMs} ms: ${what}${trouble}`)
    await pause(everyMs)
  }
}
