/**
 * How far a submission is held apart from the machine.
 * `T3` bubblewrap and a cgroup · `T2` bubblewrap and rlimits · `T1` Docker · `T0` not at all.
 */
export type Tier = 'T3' | 'T2' | 'T1' | 'T0'

export interface TierReport {
  readonly tier: Tier
  /** In words, for reports: `bubblewrap 0.8.0, cgroup v1, own uid 61001`. */
  readonly how: string
  /** Every tier that was tried, best first: whether its probe ran, why not, and what to do about it. */
  readonly tried: readonly Attempt[]
}

export interface Attempt {
  readonly tier: Tier
  readonly works: boolean
  /** What the probe saw. */
  readonly why: string
  /** How to get this tier; empty where it works. */
  readonly remedy: string
}
