import { execFile } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inflict } from './nemesis.ts'
import type { Rig, Service } from './rig.ts'
import { waitFor } from './wait.ts'

const run = promisify(execFile)
/** Room for a database and its write-ahead log, and quickly filled. */
const SIZE = '64M'
const FILLER = 'filler'
const FULL_MS = 20_000

export interface SmallDisk {
  readonly path: string
  unmount(): Promise<void>
}

/** A disk of 64 MB in memory at `path`; or, where nobody lets us mount one, the reason. */
export const mountSmallDisk = async (path: string): Promise<SmallDisk | { readonly why: string }> => {
  mkdirSync(path, { recursive: true })
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path])
  } catch (error) {
    return { why: `a small disk cannot be mounted here: ${(error as Error).message.trim()}` }
  }
  return { path, unmount: async () => void (await run('umount', [path])) }
}

const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC'

/** Writes until there is no byte left. */
const fill = (path: string): void => {
  const file = openSync(join(path, FILLER), 'a')
  try {
    for (let bytes = 1 << 20; bytes >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(bytes))
      } catch (error) {
        if (!isFull(error)) throw error
        bytes >>= 1
      }
    }
  } finally {
    closeSync(file)
  }
}

/**
 * No space is left for a service until it has complained; then there is space again, and nobody tells it. It is started anew before, because a
 * write-ahead log that has grown already is written from its beginning again and takes no space.
 */
export const fillDisk = (rig: Rig, disk: SmallDisk, victim: Service): Promise<boolean> =>
  inflict(rig, 'disk-full', { service: victim }, async () => {
    await rig.fleet.restart(victim)
    await rig.fleet.waitReady()
    const { logFile } = rig.fleet.services.find(({ name }) => name === victim)!
    const before = readFileSync(logFile, 'utf8').length
    try {
      await waitFor(
        `${victim} complains`,
        () => {
          fill(disk.path)
          return /StoreFault: no space left/.test(readFileSync(logFile, 'utf8').slice(before))
        },
        { deadlineMs: FULL_MS, everyMs: 100 },
      )
    } finally {
      rmSync(join(disk.path, FILLER))
    }
    return {}
  })
