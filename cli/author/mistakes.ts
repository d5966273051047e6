import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { AnyPart } from '../check/contract.ts'
import { layParts, PARTS, partFiles, partFolder, partsUpTo } from './lay.ts'

/** A text in one piece, or line by line. */
type Lines = string | readonly string[]

/** One thing that is changed in the solution: a text in a file, which must stand there exactly once; or a file that is new. */
type Change =
  | { readonly file: string; readonly find: Lines; readonly replace: Lines }
  | { readonly file: string; readonly create: Lines }

/** `answer-key/<part>/mistakes/<name>/mistake.json`: a wrong shop, as its difference from the right one. */
export interface Mistake {
  readonly part: AnyPart
  /** The folder's name, unique in the course. */
  readonly name: string
  readonly title: string
  /** What learners do, and what it does in production. */
  readonly why: string
  /** The checks that it breaks; the diagnosis is that of the first. */
  readonly fails: readonly string[]
  /** Checks that it breaks on some runs only, because chance decides whether it shows. */
  readonly may: readonly string[]
  readonly diagnosis: string
  /** About how long its own check takes, where a deadline has to pass. Default: 4. */
  readonly seconds: number
  /** The last part whose solution is laid below it, where that is not its own part. */
  readonly on: AnyPart
  readonly change: readonly Change[]
}

const ROOT = resolve(import.meta.dirname, '../..')
const text = (lines: Lines): string => (typeof lines === 'string' ? lines : lines.join('\n'))

/** All mistakes of these parts, in the order of parts, checks and names. */
export async function readMistakes(parts: readonly AnyPart[] = PARTS): Promise<Mistake[]> {
  const all = await Promise.all(parts.map(mistakesOf))
  return all.flat()
}

async function mistakesOf(part: AnyPart): Promise<Mistake[]> {
  const folder = join(ROOT, 'answer-key', part, 'mistakes')
  if (!existsSync(folder)) return []
  const names = (await readdir(folder)).sort()
  const mistakes = await Promise.all(
    names.map(async (name): Promise<Mistake> => {
      const path = join(folder, name, 'mistake.json')
      const given = parse(await readFile(path, 'utf8'), path)
      return { ...given, may: given.may ?? [], seconds: given.seconds ?? 4, on: given.on ?? part, part, name }
    }),
  )
  return mistakes.toSorted((a, b) => (a.fails[0] ?? '').localeCompare(b.fails[0] ?? ''))
}

type Left = 'may' | 'on' | 'seconds'
type Written = Omit<Mistake, 'part' | 'name' | Left> & Partial<Pick<Mistake, Left>>

function parse(source: string, path: string): Written {
  const { title, why, fails, diagnosis, change, on, ...rest } = JSON.parse(source)
  const sound =
    [title, why, diagnosis].every((one) => typeof one === 'string' && one.trim() !== '') &&
    [fails, change].every((one) => Array.isArray(one) && one.length > 0)
  if (!sound) throw new Error(`${path}: title, why, fails, diagnosis and change are needed.`)
  const unknown = Object.keys(rest).filter((key) => key !== 'may' && key !== 'seconds')
  if (unknown.length > 0) throw new Error(`${path}: nobody reads ${unknown.join(', ')}.`)
  return { title, why, fails, diagnosis, change, ...rest, ...(on === undefined ? {} : { on: partFolder(on) }) }
}

/** Its own part, and each other part that has given a file which it changes: there it could fail what it is not about. */
export async function partsTouched(mistake: Mistake): Promise<AnyPart[]> {
  const changed = mistake.change.map(({ file }) => file)
  const gives = async (part: AnyPart) => {
    const files = await partFiles(part, 'solution')
    return part === mistake.part || changed.some((file) => files.has(file))
  }
  const parts = partsUpTo(mistake.on)
  const touched = await Promise.all(parts.map(gives))
  return parts.filter((_, index) => touched[index])
}

/** Lays the right shop up to the mistake's part into `dir`, and the mistake over it. Throws where it does not fit any more. */
export async function layMistake(mistake: Mistake, dir: string): Promise<void> {
  await layParts(partsUpTo(mistake.on), dir, 'solution')
  for (const change of mistake.change) {
    try {
      await apply(change, dir)
    } catch (error) {
      throw new Error(`answer-key/${mistake.part}/mistakes/${mistake.name}: ${(error as Error).message}`)
    }
  }
}

async function apply(change: Change, dir: string): Promise<void> {
  const path = join(dir, change.file)
  if ('create' in change) {
    if (existsSync(path)) throw new Error(`${change.file} is there already; change it with find and replace.`)
    await mkdir(dirname(path), { recursive: true })
    return writeFile(path, `${text(change.create)}\n`)
  }
  const before = await readFile(path, 'utf8')
  const [find, replace] = [text(change.find), text(change.replace)]
  const times = before.split(find).length - 1
  if (times !== 1) throw new Error(`${change.file} holds this ${times} times instead of once: ${find}`)
  await writeFile(
    path,
    before.replace(find, () => replace),
  )
}
