import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isAlive, processRef } from '../../broker/process.ts'
import { findCgroups, removeCgroup } from './cgroup.ts'
import { removeContainers } from './containers.ts'
import { unmount } from './disk.ts'
import { ETC, MANIFEST, type Mount } from './mounts.ts'

/** Every user can pass it, whatever TMPDIR says; and the path of a socket may be no longer than 107 bytes. */
const ROOM = process.platform === 'linux' ? '/tmp' : os.tmpdir()
const NAME = 'saga-lab-box-'

/** The folder of one sandbox for everything but the student's files: sockets, an /etc, places for mounts. */
export interface Den {
  readonly folder: string
  readonly manifest: string
  readonly etc: string
  readonly stage: string
  /** A new folder, which any user can pass and list. */
  room(name: string): Promise<string>
  remove(): Promise<void>
}

/** What is to go with a den, also when a later run has to clean up: a file system, and containers. */
interface Tied {
  readonly mounted: string | undefined
  readonly kind: 'bubblewrap' | 'docker'
}

export async function openDen(tied: Tied, etcFolders: readonly string[]): Promise<Den> {
  const folder = await mkdtemp(path.join(ROOM, NAME))
  const at = (name: string) => path.join(folder, name)
  const room = async (name: string) => {
    await mkdir(at(name), { mode: 0o755, recursive: true })
    return at(name)
  }
  await writeFile(at('owner.json'), JSON.stringify({ owner: await processRef(process.pid), ...tied }))
  await chmod(folder, 0o711)
  await writeFile(at('package.json'), MANIFEST)
  await room('etc')
  for (const name of etcFolders) await room(path.join('etc', name))
  for (const [name, text] of Object.entries(ETC)) await writeFile(path.join(at('etc'), name), text)
  await room('stage')
  return {
    folder,
    manifest: at('package.json'),
    etc: at('etc'),
    stage: at('stage'),
    room,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** A place for each bind, of the kind that the bind needs. Only root makes binds. */
export async function stagePlaces(binds: readonly Mount[]): Promise<void> {
  for (const { from, to } of binds) {
    if ((await stat(from)).isDirectory()) await mkdir(to, { recursive: true, mode: 0o711 })
    else await writeFile(to, '')
  }
}

/** Removes what a grading that was killed has left: nobody else knows of it. */
export async function sweepDens(): Promise<void> {
  for (const name of await readdir(ROOM)) {
    if (!name.startsWith(NAME)) continue
    const folder = path.join(ROOM, name)
    const text = await readFile(path.join(folder, 'owner.json'), 'utf8').catch(() => undefined)
    // The room is everybody's: what another user has laid there is not ours to believe.
    if (text === undefined || (await lstat(folder)).uid !== process.getuid?.()) continue
    const { owner, mounted, kind } = JSON.parse(text) as Partial<Tied> & { owner?: { pid: number; started: string } }
    if (await isAlive(owner)) continue
    if (kind === 'docker') await removeContainers(name)
    const { place } = await findCgroups()
    if (place !== undefined) await removeCgroup(place, name).catch(() => {})
    if (mounted !== undefined) {
      await unmount(mounted)
      await rmdir(mounted).catch(() => {})
    }
    await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}
