import { createRequire } from 'node:module'

/** The part of kafkajs' RequestQueue that the guard touches. Times are wall clock, ms. */
export interface TimedQueue {
  enforceRequestTimeout: boolean
  requestTimeout: number
  inflight: Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>
  requestTimeoutIntervalId?: NodeJS.Timeout
  isConnected(): boolean
  destroy(): void
  scheduleRequestTimeoutCheck(): void
}

/** A request is given up within a tenth more than its time: no timeout of ours needs to be more exact. */
const checkEvery = (requestTimeout: number): number => Math.min(1_000, Math.max(20, requestTimeout / 10))

/**
 * kafkajs looks ten times a second, on each of four or more connections, whether a request took too long: half of what an
 * idle service costs once the spin is gone. It also compares wall clocks, so that no request times out for hours after the clock stepped back.
 */
export function lookForTimeoutsLessOften(): void {
  const load = createRequire(import.meta.url)
  const Queue = load('kafkajs/src/network/requestQueue') as { prototype: TimedQueue }
  Queue.prototype.scheduleRequestTimeoutCheck = function schedule(this: TimedQueue): void {
    if (!this.enforceRequestTimeout) return
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(giveUpLate, checkEvery(this.requestTimeout), this)
  }
}

function giveUpLate(queue: TimedQueue): void {
  const now = Date.now()
  for (const request of queue.inflight.values()) {
    if (request.sentAt > now) request.sentAt = now
    if (now - request.sentAt > request.requestTimeout) request.timeoutRequest()
  }
  if (!queue.isConnected()) queue.destroy()
}
