import { execFile } from 'node:child_process'
import { lstat, readdir, statfs } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Limits } from './limits.ts'

const run = promisify(execFile)

/** Root gives a submission a disk of its own size. False where the machine does not allow that. */
export async function mountDisk(folder: string, bytes: number, files: number, uid: number): Promise<boolean> {
  const options = `size=${bytes},nr_inodes=${files},mode=0700,uid=${uid},gid=${uid},nosuid,nodev`
  return await run('mount', ['-t', 'tmpfs', '-o', options, 'saga-lab', folder]).then(
    () => true,
    () => false,
  )
}

/** A folder that is not mounted is no error. */
export async function unmount(folder: string): Promise<void> {
  await run('umount', ['--lazy', folder]).catch(() => {})
}

export type DiskTrouble = 'disk' | 'files' | undefined

/** Is a disk of its own full? */
export async function isFull(folder: string): Promise<DiskTrouble> {
  const { bavail, ffree } = await statfs(folder)
  if (ffree < 1) return 'files'
  return bavail < 1 ? 'disk' : undefined
}

/** Does a folder hold more than it may? Stops counting where it does. */
export async function isOver(folder: string, { work, files }: Pick<Limits, 'work' | 'files'>): Promise<DiskTrouble> {
  let bytes = 0
  let count = 0
  const open = [folder]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const target = path.join(at, entry.name)
      if (entry.isDirectory()) open.push(target)
      else bytes += (await lstat(target).catch(() => undefined))?.blocks ?? 0
      if (++count > files) return 'files'
    }
    if (bytes * 512 > work) return 'disk'
  }
  return undefined
}

/** Bytes and files of a folder of the kit's own making. */
export async function sizeOf(folder: string): Promise<{ bytes: number; files: number }> {
  const names = await readdir(folder, { recursive: true })
  const stats = await Promise.all(names.map((name) => lstat(path.join(folder, name))))
  return { bytes: stats.reduce((sum, { size }) => sum + size, 0), files: names.length }
}
