import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'

/** `2026-11-21T06-50-00`: sorts by time and is a file name on every system. */
export function stampOf(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')
}

/**
 * Copies files of the workspace, with their folders, into `.saved/<date>/`, a folder that did not exist before. Returns it, relative to
 * the workspace; null when there is nothing to copy.
 */
export async function saveCopies(workspace: string, files: readonly string[], now: number): Promise<string | null> {
  if (files.length === 0) return null
  const folder = await freshFolder(workspace, stampOf(now))
  for (const file of files) {
    const to = path.join(workspace, folder, file)
    await mkdir(path.dirname(to), { recursive: true })
    await copyFile(path.join(workspace, file), to)
  }
  return folder
}

async function freshFolder(workspace: string, stamp: string): Promise<string> {
  await mkdir(path.join(workspace, '.saved'), { recursive: true })
  for (let n = 1; ; n++) {
    const folder = path.join('.saved', n === 1 ? stamp : `${stamp}-${n}`)
    if (existsSync(path.join(workspace, folder))) continue
    await mkdir(path.join(workspace, folder))
    return folder
  }
}
