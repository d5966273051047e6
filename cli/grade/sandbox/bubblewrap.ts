import type { Limits } from './limits.ts'
import { INSIDE, type Mount, searchPath, systemMounts } from './mounts.ts'
import { STATUS_FD } from './running.ts'

export interface BoxPlan {
  /** All but the system's own. */
  readonly mounts: readonly Mount[]
  /** The contract's variables: PATH, HOME and the like are set here. */
  readonly env: Readonly<Record<string, string>>
  readonly toolchains: readonly string[]
  readonly limits: Limits
  /** Bytes of data that a process may ask for, where no cgroup counts memory and processes. */
  readonly data?: number
  /** Runs inside, as its first program. */
  readonly words: readonly string[]
}

/** Bytes of /dev/shm. */
export const SHARED_MEMORY = 16 * 2 ** 20

/**
 * The command line of a sandbox: every namespace of its own, but for the network, which is its gate's; no capability, none to be had, no
 * further user namespace. By default bubblewrap leaves three RAM disks without a limit (`/`, `/dev`, `/dev/shm`): two are made read-only, the third is small.
 */
export function bubblewrapWords(plan: BoxPlan): string[] {
  const { limits } = plan
  const { mounts, links } = systemMounts()
  return [
    ...['bwrap', '--unshare-all', '--share-net', '--unshare-user', '--disable-userns', '--die-with-parent'],
    ...['--new-session', '--json-status-fd', String(STATUS_FD), '--cap-drop', 'ALL'],
    ...['--uid', '65534', '--gid', '65534', '--hostname', 'lab'],
    ...mounts.flatMap(mountWords),
    ...links.flatMap(({ target, at }) => ['--symlink', target, at]),
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(SHARED_MEMORY), '--tmpfs', '/dev/shm'],
    ...['--remount-ro', '/dev', '--size', String(limits.tmp), '--tmpfs', '/tmp'],
    ...plan.mounts.flatMap(mountWords),
    ...['--remount-ro', '/', '--clearenv'],
    ...Object.entries(innerEnvironment(plan)).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', INSIDE.shop, '--'],
    ...(plan.data === undefined ? [] : rlimitWords(limits, plan.data)),
    ...plan.words,
  ]
}

/** Processes are counted within the sandbox's own user namespace, so that others of the same user do not matter. */
function rlimitWords({ fds, work, pids }: Limits, data: number): string[] {
  return ['prlimit', `--nofile=${fds}`, '--core=0', `--fsize=${work}`, `--nproc=${2 * pids}`, `--data=${data}`]
}

/** What belongs to the kit's user must not come along: its home, its PATH, its Java. */
export function innerEnvironment(plan: Pick<BoxPlan, 'env' | 'toolchains' | 'limits'>): Record<string, string> {
  const { HOME: _, TMPDIR: _1, JAVA_HOME: _2, ...rest } = plan.env
  const other = plan.toolchains.length === 0 ? {} : heapVariables(plan.limits)
  return {
    ...rest,
    ...other,
    PATH: searchPath(plan.toolchains),
    HOME: '/tmp',
    TMPDIR: '/tmp',
    // A submission starts some hundred programs: compiled once, each saves a third of its start. In its own folder, so that none can lay code for another.
    NODE_COMPILE_CACHE: INSIDE.compiled,
  }
}

/** Java and Go plan their heaps by the memory of the machine: in the sandbox they cannot see that they have less. */
function heapVariables({ memory }: Limits): Record<string, string> {
  const mb = Math.floor(memory / 2 ** 20)
  return {
    JAVA_TOOL_OPTIONS: `-XX:MaxRAM=${mb}m -XX:MaxRAMPercentage=50 -XX:+UseSerialGC`,
    GOMEMLIMIT: `${Math.floor(mb * 0.8)}MiB`,
  }
}

function mountWords({ from, to, write }: Mount): string[] {
  return [write ? '--bind' : '--ro-bind', from, to]
}
