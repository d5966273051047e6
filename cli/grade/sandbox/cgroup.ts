import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Limits } from './limits.ts'

/** Where cgroups can be made: version 1 has a tree for each controller, version 2 one for all. */
export interface CgroupPlace {
  readonly version: 1 | 2
  /** Folders below which groups are made. Version 1: one each of memory, pids, cpu. Version 2: the same folder three times. */
  readonly memory: string
  readonly pids: string
  readonly cpu: string
}

export interface CgroupEvents {
  /** Processes that the kernel killed for their memory. */
  readonly oomKills: number
  /** Forks that were refused. */
  readonly refusedForks: number
}

export const NO_EVENTS: CgroupEvents = { oomKills: 0, refusedForks: 0 }

/** The group of one program. */
export interface Cgroup {
  /** Files into which a process writes its id to join. */
  readonly doors: readonly string[]
  events(): Promise<CgroupEvents>
  /** `kill -9` to all in it. */
  kill(): Promise<void>
  /** Waits until it is empty, at most two seconds. */
  remove(): Promise<void>
}

/** The group of a submission, with a group for each program that it runs. */
export interface CgroupTree {
  /** `name` is that of the program's box. */
  program(name: string): Promise<Cgroup>
  remove(): Promise<void>
}

const V1 = '/sys/fs/cgroup'

/** Undefined with the reason where this process may not make cgroups. `root` is there for tests. */
export async function findCgroups(root = V1): Promise<{ place?: CgroupPlace; why: string }> {
  const controllers = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => undefined)
  const place: CgroupPlace =
    controllers === undefined
      ? { version: 1, memory: join(root, 'memory'), pids: join(root, 'pids'), cpu: join(root, 'cpu') }
      : await unified(root)
  const trial = join(`saga-lab-trial-${randomUUID()}`)
  try {
    for (const folder of foldersOf(place)) {
      await mkdir(join(folder, trial))
      await rmdir(join(folder, trial))
    }
    if (place.version === 2) await enable(place.memory).catch(() => makeInner(place.memory))
    return { place, why: `cgroup v${place.version}` }
  } catch (error) {
    const { code, path = place.memory } = error as NodeJS.ErrnoException
    return { why: `no cgroup can be made (${code} at ${path})` }
  }
}

/** Where the processes of a group go that is to have groups below it. */
const MAIN = 'saga-lab-main'

/** Below the root as root; else below the group that was delegated to this process. */
async function unified(root: string): Promise<CgroupPlace> {
  const same = (folder: string): CgroupPlace => ({ version: 2, memory: folder, pids: folder, cpu: folder })
  if (process.getuid?.() === 0 || root !== V1) return same(root)
  const own = /^0::(.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8').catch(() => ''))?.[1] ?? '/'
  return same(join(root, own.endsWith(`/${MAIN}`) ? dirname(own) : own))
}

const enable = (folder: string) => writeFile(join(folder, 'cgroup.subtree_control'), '+memory +pids +cpu')

/**
 * Only the root of all groups has processes as well as groups with limits. In a group that was delegated, and in a container, which takes its
 * group for the root, they move one group down. Rejects where one is not ours to move.
 */
async function makeInner(folder: string): Promise<void> {
  const main = join(folder, MAIN)
  await mkdir(main, { recursive: true })
  // What is started meanwhile begins where it was started.
  for (let tries = 0; tries < 3; tries++) {
    for (const pid of await idsIn(folder)) await writeFile(join(main, 'cgroup.procs'), String(pid)).catch(() => {})
    if ((await idsIn(folder)).length === 0) break
  }
  await enable(folder)
}

const foldersOf = ({ memory, pids, cpu }: CgroupPlace) => [...new Set([memory, pids, cpu])]

/** `name` is that of the sandbox: who finds a dead one knows its groups. */
export async function openCgroup(place: CgroupPlace, name: string, limits: Limits): Promise<CgroupTree> {
  const at = (controller: 'memory' | 'pids' | 'cpu') => join(place[controller], name)
  const tops = foldersOf({ version: place.version, memory: at('memory'), pids: at('pids'), cpu: at('cpu') })
  for (const folder of tops) await mkdir(folder)
  const period = 100_000
  // Half the usual weight: where all want the processor, the checker and the broker come first.
  if (place.version === 2) {
    await enable(at('memory'))
    await writeFile(join(at('cpu'), 'cpu.max'), `${Math.round(limits.cpus * period)} ${period}`)
    await writeFile(join(at('cpu'), 'cpu.weight'), '50')
  } else {
    await writeFile(join(at('cpu'), 'cpu.cfs_quota_us'), String(Math.round(limits.cpus * period)))
    await writeFile(join(at('cpu'), 'cpu.shares'), '512')
  }
  let count = 0
  return {
    program: async () => {
      const child = `p${++count}`
      const own = { version: place.version, memory: join(at('memory'), child), pids: join(at('pids'), child) }
      return await openProgram({ ...own, cpu: join(at('cpu'), child) }, limits)
    },
    remove: () => removeCgroup(place, name),
  }
}

/** Ends whatever is left in the groups of a sandbox and removes them. None is no error. */
export async function removeCgroup(place: CgroupPlace, name: string): Promise<void> {
  for (const controller of foldersOf(place)) {
    const top = join(controller, name)
    const left = await readdir(top, { withFileTypes: true }).catch(() => [])
    for (const entry of left) if (entry.isDirectory()) await removeFolder(join(top, entry.name))
    await removeFolder(top)
  }
}

async function openProgram(place: CgroupPlace, limits: Limits): Promise<Cgroup> {
  const folders = foldersOf(place)
  for (const folder of folders) await mkdir(folder)
  const [bytes, swap] =
    place.version === 2 ? ['memory.max', 'memory.swap.max'] : ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes']
  await writeFile(join(place.memory, bytes), String(limits.memory))
  // A kernel without accounting of swap does not have the file.
  await writeFile(join(place.memory, swap), place.version === 2 ? '0' : String(limits.memory)).catch(() => {})
  await writeFile(join(place.pids, 'pids.max'), String(limits.pids))
  return {
    doors: folders.map((folder) => join(folder, 'cgroup.procs')),
    events: async () => (await countsOf(place)) ?? NO_EVENTS,
    kill: () => killAll(place.pids),
    remove: async () => {
      for (const folder of folders) await removeFolder(folder)
    },
  }
}

/** What the kernel has counted so far; undefined when there is no such group any more. */
export async function countsOf({ version, memory, pids }: CgroupPlace): Promise<CgroupEvents | undefined> {
  const [oom, forks] = await Promise.all(
    [join(memory, version === 2 ? 'memory.events' : 'memory.oom_control'), join(pids, 'pids.events')].map((file) =>
      readFile(file, 'utf8').catch(() => undefined),
    ),
  )
  if (oom === undefined && forks === undefined) return undefined
  const count = (text = '', name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  return { oomKills: count(oom, 'oom_kill'), refusedForks: count(forks, 'max') }
}

/** The groups of a process that others have made, from the text of its /proc/<pid>/cgroup. */
export function placeOf(text: string): CgroupPlace {
  const folders = new Map(
    text
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [, controllers = '', folder = ''] = line.split(':')
        return controllers.split(',').map((name) => [name, folder] as const)
      }),
  )
  const version = folders.has('memory') ? 1 : 2
  const own = (name: string) =>
    version === 1 ? join(V1, name, folders.get(name) ?? '') : join(V1, folders.get('') ?? '')
  return { version, memory: own('memory'), pids: own('pids'), cpu: own('cpu') }
}

/** Without those of another pid namespace, which show as 0: to most calls that is the caller itself. */
async function idsIn(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '')
  return text
    .split('\n')
    .map(Number)
    .filter((id) => id > 0)
}

async function killAll(folder: string): Promise<void> {
  for (const pid of await idsIn(folder)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }
}

/** The kernel gives a group up a moment after its last process. */
async function removeFolder(folder: string): Promise<void> {
  const end = performance.now() + 2_000
  for (;;) {
    try {
      return await rmdir(folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      if (performance.now() > end) throw error
      await killAll(folder)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
