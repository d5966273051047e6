import type { Launcher } from '../../check/launch.ts'
import type { Limits } from './limits.ts'
import type { Tier, TierReport } from './tier.ts'

export interface SandboxOptions {
  readonly tier: TierReport
  /** The submission as `takeIn` laid it out. It is only read, by the kit; the programs get a copy. */
  readonly submission: string
  /** A folder that does not exist yet: the copy and the sockets go here. `close` deletes it. */
  readonly work: string
  /** host:port of the submission's own brokers, on 127.0.0.1: the only addresses that its programs reach, under the same names. */
  readonly brokers: readonly string[]
  /** Absolute folders of further tool chains, mounted read-only under the same path; `DIR/bin` goes on PATH. Default: none. */
  readonly toolchains?: readonly string[]
  /** Default: `LIMITS`. */
  readonly limits?: Partial<Limits>
}

/** Something that a submission did, and that the sandbox ended or refused. Worth a line in the report. */
export interface Incident {
  /** `memory`: it was killed for its memory. `pids`: it could start no more processes. `broker`: it sent too much to its broker. */
  readonly kind: 'memory' | 'pids' | 'disk' | 'files' | 'output' | 'wall' | 'broker'
  /** The program: `payment`, `publish`, … */
  readonly name: string
  /** A sentence: `payment used more than 384 MB of memory and was ended`. */
  readonly what: string
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
  /** Grows while the programs run. At most one of a kind and program. */
  readonly incidents: readonly Incident[]
  /** Ends all that still runs and deletes the copy, the sockets and the cgroup. Never rejects; more than once is no error. */
  close(): Promise<void>
}

/** The best tier that works here, found by running a small program in each, best first, and attacking it. About a second. */
export async function bestTier(): Promise<TierReport> {
  throw new Error('not yet')
}

/** Lays the copy out. Rejects with a KitFault where the machine is at fault. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  throw new Error(`not yet: ${options.work}`)
}
