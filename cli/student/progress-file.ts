import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { withLock } from '../broker/lock.ts'
import { type AnyPart, MARKS, PARTS, type Part } from '../check/contract.ts'
import type { Context } from '../command.ts'
import { DAYS } from './leitner.ts'
import { NO_PROGRESS, type Progress } from './progress.ts'
import { stampOf } from './saved.ts'

/**
 * Progress lives in the workspace, `<workspace>/.lab/progress.json`, not in the kit's own state: `lab clean` leaves it alone, two
 * workspaces do not mix, and it goes along when the folder is copied or handed in.
 */
export function progressPath(workspace: string): string {
  return path.join(workspace, '.lab', 'progress.json')
}

const count = z.number().int().min(0)
const time = z.iso.datetime()
const corePart = z.enum(Object.keys(PARTS) as [Part, ...Part[]])
const part = z.enum(Object.keys(MARKS) as [AnyPart, ...AnyPart[]])
const diagnosis = z.object({
  id: z.string(),
  did: z.string(),
  expected: z.string(),
  saw: z.string(),
  first: z.string(),
  cause: z.string(),
  next: z.string(),
})
const shape = z.object({
  version: z.literal(1),
  current: corePart.nullable(),
  lastSeen: time.nullable(),
  parts: z.partialRecord(
    part,
    z.object({
      startedAt: time.nullable(),
      attempts: count,
      best: z.number().min(0),
      minutes: z.number().min(0),
      answersOpened: count,
      quiz: z.object({ right: count, of: count }).nullable(),
    }),
  ),
  checks: z.record(
    z.string().regex(/^[A-Z]\d$/),
    z.object({
      attempts: count,
      verdict: z.enum(['pass', 'fail', 'skipped', 'kit-fault']),
      marks: z.number().min(0),
      max: z.number().min(0),
      at: time.nullable(),
      hints: count.max(3),
      diagnosis: diagnosis.nullable(),
    }),
  ),
  cards: z.record(z.string(), z.object({ box: count.min(1).max(DAYS.length), due: time, seen: count })).optional(),
})

/** What the text of a progress file holds; undefined where it is no progress of this version. */
export function parseProgress(text: string): Progress | undefined {
  try {
    const read = shape.safeParse(JSON.parse(text))
    return read.success ? (read.data as Progress) : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads the progress of a workspace; none yet is a fresh one. A file that cannot be understood is moved aside under a dated name, which
 * is said on `err`, and a fresh one begins.
 */
export async function readProgress(ctx: Context, workspace: string): Promise<Progress> {
  const file = progressPath(workspace)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return NO_PROGRESS
    ctx.err.line(`Your progress cannot be read: ${(error as Error).message}.`)
    return NO_PROGRESS
  }
  const progress = parseProgress(text)
  if (progress !== undefined) return progress
  await setAside(ctx, file)
  return NO_PROGRESS
}

async function setAside(ctx: Context, file: string): Promise<void> {
  const aside = path.join(path.dirname(file), `progress.${stampOf(ctx.now())}.${randomUUID().slice(0, 4)}.json`)
  try {
    await rename(file, aside)
    ctx.err.line(
      `${ctx.paint.warn('!')} ${file} is broken or from another version of the kit. It is kept as ${path.basename(aside)}; your progress starts anew. Your code is untouched: 'lab check all' counts your marks again.`,
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      ctx.err.line(`${file} cannot be used and cannot be moved aside: ${(error as Error).message}.`)
    }
  }
}

/**
 * Changes the progress under a lock, so that a watch in one terminal and a hint in another do not lose each other's. Where it cannot be
 * stored (disk full, read-only) this is said and the change holds for this command only.
 */
export async function updateProgress(
  ctx: Context,
  workspace: string,
  change: (before: Progress) => Progress,
): Promise<Progress> {
  if (!existsSync(workspace)) return change(NO_PROGRESS)
  let after: Progress | undefined
  try {
    const lock = path.join(workspace, '.lab', 'progress.lock')
    await withLock(lock, { onWait: () => {}, signal: AbortSignal.timeout(5_000) }, async () => {
      after = change(await readProgress(ctx, workspace))
      await writeAtomically(progressPath(workspace), `${JSON.stringify(after, null, 2)}\n`)
    })
  } catch (error) {
    ctx.err.line(`${ctx.paint.warn('!')} Your progress could not be stored: ${(error as Error).message}.`)
  }
  return after ?? change(await readProgress(ctx, workspace))
}

/** Seen whole or not at all: written beside its place and moved there. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const aside = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(aside, text, { flush: true })
    await rename(aside, file)
  } finally {
    await rm(aside, { force: true })
  }
}
