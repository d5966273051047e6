import { existsSync } from 'node:fs'
import { lstat, mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { lendModules, PARTS, partFiles, partsUpTo } from '../author/lay.ts'
import { type AnyPart, isCore } from '../check/contract.ts'
import { parseLabJson } from '../check/lab-json.ts'
import { Blocked } from '../check/verdict.ts'
import { wrongUsage } from '../command.ts'
import { mergeLabJson } from './lab-json-entries.ts'
import { writeAtomically } from './progress-file.ts'
import { saveCopies } from './saved.ts'
import { type Action, missingBefore, type Planned, planReset, planStart } from './start-plan.ts'

const LAB_JSON = 'lab.json'

export interface Laid {
  readonly files: readonly { readonly file: string; readonly action: Action; readonly why: string }[]
  /** `.saved/<date>`, inside the workspace; null when nothing had to be copied. */
  readonly saved: string | null
  /** What earlier parts give and the workspace lacks. */
  readonly missing: ReadonlyMap<AnyPart, readonly string[]>
}

export interface Wish {
  readonly workspace: string
  readonly part: AnyPart
  /** The parts that were started before. */
  readonly started: ReadonlySet<AnyPart>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Lays the starter of a part into the workspace. Everything that it changes is copied to `.saved/<date>/` first. */
export async function layStarter(wish: Wish): Promise<Laid> {
  const situation = await look(wish)
  const startedBefore = wish.started.has(wish.part)
  const plan = [...planStart({ ...situation, startedBefore }), ...(await planLabJson(wish))]
  return carryOut(wish, plan)
}

/** Puts the starter of a part back, lab.json with part A. Everything that it changes is copied to `.saved/<date>/` first. */
export async function resetPart(wish: Wish): Promise<Laid> {
  const situation = await look(wish)
  const whole = await partFiles(wish.part, 'starter')
  const labJson = whole.get(LAB_JSON)
  if (labJson !== undefined) (situation.starter as Map<string, string>).set(LAB_JSON, labJson)
  const now = await read(wish.workspace, LAB_JSON)
  if (now !== undefined) (situation.present as Map<string, string>).set(LAB_JSON, now)
  return carryOut(wish, planReset(situation))
}

async function look({ workspace, part, started }: Wish) {
  const starter = await partFiles(part, 'starter')
  starter.delete(LAB_JSON)
  const present = new Map<string, string>()
  for (const file of starter.keys()) {
    const text = await read(workspace, file)
    if (text !== undefined) present.set(file, text)
  }
  const at = isCore(part) ? PARTS.indexOf(part) : PARTS.length
  return {
    starter,
    present,
    earlier: await filesOf(PARTS.slice(0, at)),
    later: await filesOf(PARTS.slice(at + 1).filter((one) => started.has(one))),
  }
}

async function filesOf(parts: readonly AnyPart[]): Promise<Set<string>> {
  const names = await Promise.all(parts.map(async (part) => [...(await partFiles(part, 'starter')).keys()]))
  return new Set(names.flat())
}

/** The text of a file of the workspace; undefined where there is none. Throws a sentence where something else is in its place. */
async function read(workspace: string, file: string): Promise<string | undefined> {
  const at = path.join(workspace, file)
  try {
    if (!(await lstat(at)).isDirectory()) return await readFile(at, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return undefined
    if (code !== 'ENOTDIR') throw wrongUsage(`${at} cannot be read (${code}).`, 'Repair or remove it, then try again.')
  }
  throw wrongUsage(`Something else is where the file ${at} belongs.`, 'Move it away or rename it, then try again.')
}

async function planLabJson({ workspace, part }: Wish): Promise<Planned[]> {
  const starter = (await partFiles('a-kafka', 'starter')).get(LAB_JSON) ?? '{}'
  const theirs = await read(workspace, LAB_JSON)
  if (theirs === undefined) return [{ file: LAB_JSON, action: 'added', why: '', text: starter }]
  const merged = mergeLabJson(theirs, starter, part)
  if (merged === undefined) throw brokenLabJson(path.join(workspace, LAB_JSON), theirs)
  const { text, added } = merged
  if (added.length === 0) return [{ file: LAB_JSON, action: 'kept', why: 'has all that this part needs' }]
  return [{ file: LAB_JSON, action: 'merged', why: `gets ${added.join(', ')}`, text }]
}

function brokenLabJson(file: string, text: string): Error {
  return wrongUsage(
    `${file} cannot be used${whyBroken(text)}. Nothing was changed.`,
    "Repair it there, or take a fresh one: 'lab reset a' puts it back, with a dated copy of yours.",
  )
}

function whyBroken(text: string): string {
  try {
    parseLabJson(text)
    return ''
  } catch (error) {
    return error instanceof Blocked ? `: ${error.message}` : ''
  }
}

async function carryOut({ workspace, part, now }: Wish, plan: readonly Planned[]): Promise<Laid> {
  await mkdir(workspace, { recursive: true })
  const touched = plan.filter(({ action }) => action === 'changed' || action === 'merged')
  const saved = await saveCopies(
    workspace,
    touched.map(({ file }) => file),
    now,
  )
  for (const { file, text } of plan) if (text !== undefined) await writeAtomically(path.join(workspace, file), text)
  await dropDeadLink(path.join(workspace, 'node_modules'))
  await lendModules(workspace)
  return {
    files: plan.map(({ file, action, why }) => ({ file, action, why })),
    saved,
    missing: await missing(workspace, part),
  }
}

/** A workspace that was copied from another machine brings a link that leads nowhere. */
async function dropDeadLink(link: string): Promise<void> {
  const isLink = await lstat(link).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
  if (isLink && !existsSync(link)) await rm(link)
}

async function missing(workspace: string, part: AnyPart): Promise<Map<AnyPart, string[]>> {
  const before = partsUpTo(part).slice(0, -1)
  const files = await Promise.all(
    before.map(async (one) => [one, [...(await partFiles(one, 'starter')).keys()]] as const),
  )
  const all = files.flatMap(([, names]) => names)
  return missingBefore(new Map(files), new Set(all.filter((file) => existsSync(path.join(workspace, file)))))
}
