import { setTimeout as pause } from 'node:timers/promises'

/** A pause before the next fetch, one for all deliveries of the last one. `restMs` is asked each time; below 1 there is none. */
export function createRest(restMs: () => number): () => Promise<void> | undefined {
  let resting: Promise<void> | undefined
  return () => {
    if (resting !== undefined) return resting
    const ms = restMs()
    if (ms < 1) return undefined
    resting = pause(ms).finally(() => {
      resting = undefined
    })
    return resting
  }
}
