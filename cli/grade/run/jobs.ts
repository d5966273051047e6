import os from 'node:os'

/** A hand-in in full flow: its broker, its four services, the checker. Measured, rounded up. */
const MEMORY = 900 * 2 ** 20
/** Most of a check is waiting, so two share a core; with more, deadlines would begin to decide. */
const PER_CORE = 2
const MOST = 16

/** How many hand-ins this machine can check at a time without its own slowness becoming theirs. */
export function defaultJobs(cores = os.availableParallelism(), free = os.freemem()): number {
  return Math.max(1, Math.min(cores * PER_CORE, Math.floor((free * 0.8) / MEMORY), MOST))
}
