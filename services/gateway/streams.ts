import type { Caller } from '../../kit/service/http/caller.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import type { GatewayMetrics } from './metrics.ts'

/** Places for streams, each of which holds two connections for as long as it lasts. */
export interface Streams {
  /** Takes a place; the result gives it back. Throws Problem: 429 where the caller has enough, 503 where there is none left. */
  enter(caller: Caller | null): () => void
}

export const createStreams = (atMost: number, perCaller: number, metrics: Pick<GatewayMetrics, 'streams'>): Streams => {
  const held = new Map<string, number>()
  let total = 0
  return {
    enter: (caller) => {
      const sub = caller?.sub ?? ''
      const own = held.get(sub) ?? 0
      const later = { 'retry-after': '10' }
      if (own >= perCaller) throw new Problem(429, `At most ${perCaller} streams at a time; close one.`, [], later)
      if (total >= atMost)
        throw new Problem(503, 'All places for streams are taken. Ask for the order itself.', [], later)
      held.set(sub, own + 1)
      total += 1
      metrics.streams(1)
      return () => {
        const left = (held.get(sub) ?? 1) - 1
        if (left === 0) held.delete(sub)
        else held.set(sub, left)
        total -= 1
        metrics.streams(-1)
      }
    },
  }
}
