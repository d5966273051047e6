import { createRequire } from 'node:module'

/** The part of kafkajs' RequestQueue that the guard touches. */
export interface RequestQueue {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

/** How soon a queue that is full, and not throttled, is looked at again; kafkajs' own figure. */
const RECHECK_MS = 10

/**
 * kafkajs 2.2.4 re-arms a 1 ms timer on every connection for ever (tulios/kafkajs#1751), about 4 % of a core for an idle
 * service. Here a timer exists only while there is something to wait for: a queued request, or a broker's throttle.
 */
export function stopIdleSpin(): void {
  const load = createRequire(import.meta.url)
  const Queue = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
  Queue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null) return
    const throttle = this.throttledUntil - Date.now()
    if (this.pending.length === 0 && throttle <= 0) return
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttle > 0 ? throttle : RECHECK_MS,
    )
  }
}
