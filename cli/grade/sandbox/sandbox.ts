import type { Launcher } from '../../check/launch.ts'
import { sweepDens } from './den.ts'
import type { Incident } from './incidents.ts'
import { LIMITS, type Limits } from './limits.ts'
import { type Closers, type OpenOptions, openBare, openBox } from './open.ts'
import type { Attempt, Tier, TierReport } from './tier.ts'
import { tryTier } from './trial.ts'

export type { Incident } from './incidents.ts'

export interface SandboxOptions extends OpenOptions {
  /** Default: `LIMITS`. */
  readonly limits?: Partial<Limits>
}

/**
 * One submission, held apart. Give `workspace` and `launcher` to `runChecks`, with the brokers of this sandbox:
 * `runChecks(selected, { workspace: box.workspace, launcher: box.launcher, brokers, … })`.
 */
export interface Sandbox {
  readonly tier: Tier
  /** Where the kit reads lab.json and docker-compose.yml: the submission itself, which its programs cannot change. */
  readonly workspace: string
  readonly launcher: Launcher
  /** Grows while the programs run. */
  readonly incidents: readonly Incident[]
  /** Ends all that still runs and deletes the copy, the sockets and the cgroup. Never rejects; more than once is no error. */
  close(): Promise<void>
}

let swept: Promise<void> | undefined

/** Lays the copy out and opens the way to its brokers. Rejects where the machine is at fault; then nothing is left. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  swept ??= sweepDens()
  await swept
  const limits = { ...LIMITS, ...options.limits }
  const closers: Closers = []
  const close = async () => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next().catch(() => {})
  }
  try {
    const opened =
      options.tier.tier === 'T0' ? await openBare(options, closers) : await openBox(options, limits, closers)
    return { tier: options.tier.tier, workspace: options.submission, ...opened, close }
  } catch (error) {
    await close()
    throw error
  }
}

const BEST_FIRST: readonly Tier[] = ['T3', 'T2', 'T1']

/** The best tier that works here, found by running small programs in each, best first. Tiers below it are not tried. About a second. */
export async function bestTier(): Promise<TierReport> {
  const tried: Attempt[] = []
  for (const tier of BEST_FIRST) {
    const attempt = await tryTier(tier, openSandbox)
    tried.push(attempt)
    if (attempt.works) return { tier, how: attempt.why, tried }
  }
  const none = 'nothing holds a submission apart from this machine'
  return { tier: 'T0', how: none, tried: [...tried, { tier: 'T0', works: true, why: none, remedy: '' }] }
}
