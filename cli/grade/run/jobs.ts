import os from 'node:os'
import type { Lanes } from './lanes.ts'

/** A hand-in in full flow: its broker, its four services, the checker. Measured, rounded up. */
const MEMORY = 900 * 2 ** 20
/** Most of a check is waiting, so two share a core; with more that work, deadlines would begin to decide. */
const PER_CORE = 2
/** While those that are at work leave a part of the machine idle, as hand-ins do that hang or are half done. */
const MOST_PER_CORE = 4
const MOST = 16

/** How many hand-ins this machine can check at a time without its own slowness becoming theirs. */
export function defaultLanes(cores = os.availableParallelism(), free = os.freemem()): Lanes {
  const fits = Math.min(Math.floor((free * 0.8) / MEMORY), MOST)
  const lanes = (perCore: number) => Math.max(1, Math.min(cores * perCore, fits))
  return { base: lanes(PER_CORE), most: lanes(MOST_PER_CORE) }
}
