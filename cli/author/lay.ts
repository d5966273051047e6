import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { ADVANCED, type AnyPart, isCore, PARTS as MARKS, type Part } from '../check/contract.ts'
import { toSolution } from './marks.ts'

export type Kind = 'solution' | 'starter'

const ROOT = resolve(import.meta.dirname, '../..')

/** The nine core parts in the order in which they are met. */
export const PARTS = Object.keys(MARKS) as Part[]

/** The parts behind the course; each stands alone. */
export const ADVANCED_PARTS = Object.keys(ADVANCED) as AnyPart[]
const ALL: readonly AnyPart[] = [...PARTS, ...ADVANCED_PARTS]

/** `a`, `A` and `a-kafka` all name the folder `a-kafka`. Throws on a name that is no part. */
export function partFolder(part: string): AnyPart {
  const wanted = part.toLowerCase()
  const found = ALL.find((folder) => folder === wanted || folder.startsWith(`${wanted}-`))
  if (found === undefined) throw new Error(`There is no part "${part}". The parts are: ${ALL.join(', ')}.`)
  return found
}

/** The core parts up to and including this one; a part behind the course alone. */
export function partsUpTo(part: string): AnyPart[] {
  const folder = partFolder(part)
  return isCore(folder) ? PARTS.slice(0, PARTS.indexOf(folder) + 1) : [folder]
}

/** Where the files of a part are kept, marks and all. */
export function sourceFolder(part: string, kind: Kind): string {
  return join(ROOT, kind === 'solution' ? 'answer-key' : 'labs', partFolder(part), kind)
}

/** What a part adds to a workspace or replaces in it: path inside the workspace → text, without marks. */
export async function partFiles(part: string, kind: Kind): Promise<Map<string, string>> {
  const folder = sourceFolder(part, kind)
  if (!existsSync(folder)) throw new Error(`This kit has no ${kind} of part ${partFolder(part)} (${folder}).`)
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    files.set(relative(folder, path), kind === 'solution' ? toSolution(text) : text)
  }
  return files
}

/**
 * Lays parts over each other into `dir`, later ones over earlier ones: the solutions of A to F are the shop after
 * part F; the starter of G laid over them is where a student begins with G. Overwrites. Returns the paths written.
 */
export async function layParts(parts: readonly string[], dir: string, kind: Kind): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const written = new Set<string>()
  for (const part of parts) {
    for (const [path, text] of await partFiles(part, kind)) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
      written.add(path)
    }
  }
  await lendModules(dir)
  return [...written].sort()
}

/**
 * A workspace below the kit finds kafkajs and express in the kit's node_modules by itself. One that lies elsewhere gets a
 * link to them, unless it has brought its own.
 */
export async function lendModules(dir: string): Promise<void> {
  if (!relative(ROOT, resolve(dir)).startsWith('..')) return
  const link = join(dir, 'node_modules')
  if (!existsSync(link)) await symlink(join(ROOT, 'node_modules'), link, 'junction')
}
