import { statSync } from 'node:fs'
import path from 'node:path'

/** Not as a whole: what belongs to people and to the system lies in there. */
const TOO_MUCH = new Set([
  '/',
  '/etc',
  '/home',
  '/root',
  '/var',
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/tmp',
  '/boot',
  '/mnt',
])

/**
 * Why a folder cannot be given to every submission as a tool chain; undefined where it can. `secrets` are folders that no submission may see:
 * the kit, the hand-ins, what is written about them.
 */
export function toolchainProblem(folder: string, secrets: readonly string[]): string | undefined {
  if (!path.isAbsolute(folder)) return `the tool chain ${folder} is not an absolute path`
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return `there is no folder ${folder} to be mounted as a tool chain`
  if (TOO_MUCH.has(path.resolve(folder))) return `${folder} as a tool chain would show more than tools`
  const hidden = secrets.find((secret) => isWithin(secret, folder) || isWithin(folder, secret))
  return hidden === undefined ? undefined : `${folder} as a tool chain would show ${hidden}`
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner)
  return way === '' || !(way.startsWith('..') || path.isAbsolute(way))
}
