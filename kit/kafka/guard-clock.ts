import { createRequire } from 'node:module'

/** The part of kafkajs' ConsumerGroup that the guard touches. */
export interface ConsumerGroup {
  /** Wall clock (ms) of the last heartbeat. */
  lastRequest: number
  heartbeat(options: { interval: number }): Promise<void>
}

/**
 * kafkajs sends a heartbeat when the wall clock has passed the last one by an interval. When the clock steps back (NTP, a
 * laptop waking up, a virtual machine restored) none is due for hours and the group drops the member without a word.
 * A last heartbeat that lies in the future can only mean such a step, so the next one is due now.
 */
export function heartbeatThroughClockSteps(): void {
  const load = createRequire(import.meta.url)
  const Group = load('kafkajs/src/consumer/consumerGroup') as { prototype: ConsumerGroup }
  const heartbeat = Group.prototype.heartbeat
  Group.prototype.heartbeat = function sinceRealTime(this: ConsumerGroup, options: { interval: number }) {
    if (this.lastRequest > Date.now()) this.lastRequest = 0
    return heartbeat.call(this, options)
  }
}
