import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Deletes a folder, also where a test that was broken off has left small disks mounted in it: those are busy, and stay for good otherwise. */
export async function clearAway(dir: string): Promise<void> {
  for (const point of await mountsIn(dir)) await run('umount', ['--lazy', point])
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
}

/** Innermost first. Field 5 of a line is where it is mounted, with a space and the like as octal digits. None where there is no /proc. */
async function mountsIn(dir: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')).split('\n')
  return lines
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
    )
    .filter((point) => point.startsWith(dir + path.sep))
    .reverse()
}
