import { lstatSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { INSIDE, searchPath } from './mounts.ts'

type Problem = 'ENOENT' | 'EACCES'

/**
 * Throws what the system would say of a program that is not there or cannot be run (`code: 'ENOENT'`, `'EACCES'`), before a box is made for it. `shop` is
 * the folder that the box sees as `INSIDE.shop`; everything else has the same path inside and outside.
 */
export function assertProgram(word: string, shop: string, toolchains: readonly string[]): void {
  const problem = word.includes('/') ? problemAt(word, shop) : problemOnPath(word, toolchains)
  if (problem !== undefined) throw Object.assign(new Error(`${problem}: ${word}`), { code: problem })
}

function problemAt(word: string, shop: string): Problem | undefined {
  const inside = path.posix.resolve(INSIDE.shop, word)
  if (inside === INSIDE.node) return undefined
  if (!inside.startsWith(`${INSIDE.shop}/`)) return problemOf(() => statSync(inside))
  let outside = shop
  return problemOf(() => {
    let stat = lstatSync(shop)
    for (const part of inside.slice(INSIDE.shop.length + 1).split('/')) {
      outside = path.join(outside, part)
      stat = lstatSync(outside)
      // Where a link leads in the box is for the box to find out.
      if (stat.isSymbolicLink()) return undefined
    }
    return stat
  })
}

function problemOnPath(word: string, toolchains: readonly string[]): Problem | undefined {
  if (word === path.basename(INSIDE.node)) return undefined
  const problems = searchPath(toolchains)
    .split(':')
    .map((folder) => problemOf(() => statSync(path.join(folder, word))))
  if (problems.includes(undefined)) return undefined
  return problems.includes('EACCES') ? 'EACCES' : 'ENOENT'
}

/** `look` returns nothing where it cannot tell. */
function problemOf(look: () => Stats | undefined): Problem | undefined {
  try {
    const stat = look()
    return stat === undefined || (stat.isFile() && (stat.mode & 0o111) !== 0) ? undefined : 'EACCES'
  } catch {
    return 'ENOENT'
  }
}
