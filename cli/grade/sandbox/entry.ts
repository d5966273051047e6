import { statSync } from 'node:fs'
import path from 'node:path'
import type { Limits } from './limits.ts'
import type { Mount } from './mounts.ts'

/** How this process hands over to the sandbox: its cgroup, its network, its user, and mounts that only root can reach. */
export interface Entry {
  /** Files into which the process writes its id before anything else. */
  readonly cgroupDoors: readonly string[]
  /** Where root runs the kit, the program gets an id of its own. */
  readonly uid?: number
  readonly limits: Pick<Limits, 'fds' | 'work'>
  /** The first words of a command line in the network of the box. */
  readonly enter: readonly string[]
  /** A folder that every user can pass, with a place for each mount that is not (`stagePlaces`). */
  readonly stage: string
}

/**
 * Folders such as /root are closed to the user of the sandbox, who makes the mounts: root binds what lies there to a place that he can reach, in
 * a mount namespace of this one program. Returns the mounts as that user sees them.
 */
export function staged(
  mounts: readonly Mount[],
  { uid, stage }: Pick<Entry, 'uid' | 'stage'>,
): { mounts: Mount[]; binds: Mount[] } {
  const binds: Mount[] = []
  const seen = mounts.map((mount, i) => {
    if (uid === undefined || isPassable(mount.from)) return mount
    const place = path.join(stage, String(i))
    binds.push({ from: mount.from, to: place })
    return { ...mount, from: place }
  })
  return { mounts: seen, binds }
}

/** May any user get through to it? */
function isPassable(target: string): boolean {
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === path.dirname(folder)) return true
  }
}

/** The whole command line. Everything is handed over by `exec`, so that the process id stays the same from the first word to the last. */
export function entryWords(
  words: readonly string[],
  binds: readonly Mount[],
  { cgroupDoors, uid, limits, enter }: Entry,
): string[] {
  const user =
    uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs', '--']
  const dressed = [...enter, ...user, ...words]
  const join = cgroupDoors.map((door) => `echo $$ > ${quoted(door)} || exit 125`)
  // What the cgroup does not limit; without one, prlimit does it inside.
  if (join.length > 0) join.push(`ulimit -n ${limits.fds} && ulimit -c 0 && ulimit -f ${limits.work / 512} || exit 125`)
  const bind = binds.map(({ from, to }) => `mount --bind ${quoted(from)} ${quoted(to)} || exit 125`)
  if (join.length + bind.length === 0) return dressed
  if (bind.length === 0) return ['sh', '-c', [...join, 'exec "$@"'].join('\n'), 'sh', ...dressed]
  const inner = [...join, ...bind, 'exec "$@"'].join('\n')
  return ['unshare', '--mount', '--', 'sh', '-c', inner, 'sh', ...dressed]
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
