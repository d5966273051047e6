import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Caps } from './caps.ts'
import type { EntryKind, Landing } from './landing.ts'

/** A folder of this machine: links are not followed, and what is swapped for one meanwhile is not opened. */
export async function takeFolder(source: string, landing: Landing, caps: Caps): Promise<void> {
  const open = ['']
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const names = (await readdir(join(source, at))).sort()
    for (const name of names) {
      const from = join(at, name)
      const stat = await lstat(join(source, from)).catch(() => undefined)
      if (stat === undefined) {
        landing.leave('unreadable', from, 'it cannot be read')
        continue
      }
      const kind: EntryKind = stat.isFile()
        ? 'file'
        : stat.isDirectory()
          ? 'folder'
          : stat.isSymbolicLink()
            ? 'symlink'
            : 'special'
      const path = landing.admit(from, kind)
      if (path === undefined) continue
      if (kind === 'folder') {
        await landing.folder(path)
        open.push(from)
      } else if (stat.size > caps.file) landing.tooLarge(path)
      else await copy(join(source, from), path, landing)
    }
  }
}

async function copy(from: string, path: string, landing: Landing): Promise<void> {
  let handle: FileHandle
  try {
    handle = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    landing.leave('unreadable', path, `it cannot be read (${(error as NodeJS.ErrnoException).code})`)
    return
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) landing.leave('special', path, 'it is neither a file nor a folder')
    else await landing.file(path, () => handle.createReadStream({ autoClose: false }), (stat.mode & 0o100) !== 0)
  } finally {
    await handle.close()
  }
}
