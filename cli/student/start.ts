import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PARTS } from '../author/lay.ts'
import { type AnyPart, isCore } from '../check/contract.ts'
import type { Context, ExitCode } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import { type Laid, layStarter, resetPart } from './lay-starter.ts'
import { lessonOf, letterOf } from './lessons.ts'
import { type Progress, partProgress, recordStart } from './progress.ts'
import { readProgress, updateProgress } from './progress-file.ts'
import { shown } from './workspace.ts'

/** `lab start`: lays the starter and says what it did and what to do now. */
export async function startPart(ctx: Context, workspace: string, part: AnyPart): Promise<ExitCode> {
  const before = await readProgress(ctx, workspace)
  const laid = await layStarter({ workspace, part, started: startedParts(before), now: ctx.now() })
  await updateProgress(ctx, workspace, (progress) => recordStart(progress, part, ctx.now()))
  if (ctx.json) ctx.out.json(asJson(workspace, part, laid))
  else {
    tellLaid(ctx, workspace, laid)
    tellMissing(ctx, part, laid)
    await tellTask(ctx, workspace, part)
  }
  return 0
}

/** `lab reset`: the starter again, after a dated copy. */
export async function resetToStarter(ctx: Context, workspace: string, part: AnyPart): Promise<ExitCode> {
  const before = await readProgress(ctx, workspace)
  const laid = await resetPart({ workspace, part, started: startedParts(before), now: ctx.now() })
  await updateProgress(ctx, workspace, (progress) => recordStart(progress, part, ctx.now()))
  if (ctx.json) ctx.out.json(asJson(workspace, part, laid))
  else {
    tellLaid(ctx, workspace, laid)
    ctx.out.line(`\nPart ${letterOf(part)} is as at its start. Its checks say what is left: lab check ${part[0]}`)
  }
  return 0
}

export function startedParts(progress: Progress): Set<AnyPart> {
  return new Set(PARTS.filter((part) => partProgress(progress, part).startedAt !== null))
}

function asJson(workspace: string, part: AnyPart, { files, saved, missing }: Laid): object {
  const lacking = [...missing].map(([from, names]) => ({ part: from, files: names }))
  return { part, workspace, saved: saved === null ? null : path.join(workspace, saved), files, missing: lacking }
}

function tellLaid(ctx: Context, workspace: string, { files, saved }: Laid): void {
  const { paint } = ctx
  const sign = { added: paint.good('+'), changed: paint.warn('~'), merged: paint.warn('~'), kept: paint.faint('=') }
  const rows = files.map(({ file, action, why }) => [
    sign[action],
    paint.link(file, pathToFileURL(path.join(workspace, file)).href),
    paint.faint([action, why].filter(Boolean).join(': ')),
  ])
  ctx.out.line(`${paint.strong(shown(ctx, workspace))}\n${columns(rows, 2)}`)
  if (saved === null) return
  ctx.out.line(
    `\nBefore anything was changed, your files were copied to ${paint.strong(shown(ctx, path.join(workspace, saved)))}. What you had added to them is there.`,
  )
}

function tellMissing(ctx: Context, part: AnyPart, { missing }: Laid): void {
  if (missing.size === 0) return
  const rows = [...missing].map(([from, files]) => [letterOf(from), files.join(', '), `lab start ${from[0]}`])
  ctx.out.line(
    `\n${ctx.paint.warn('!')} Part ${letterOf(part)} stands on earlier parts, and some of their files are not here:\n${columns(rows, 4)}`,
  )
  ctx.out.line(
    '  Start those parts first, in this order. Where your shop is built another way, go on: only what it does counts.',
  )
}

async function tellTask(ctx: Context, workspace: string, part: AnyPart): Promise<void> {
  const { paint } = ctx
  const { title, minutes, aim, files } = await lessonOf(part)
  const handout = path.join(ctx.home, 'labs', part, 'README.md')
  const edit = files.map((file) => paint.link(file, pathToFileURL(path.join(workspace, file)).href)).join(', ')
  const rows = [
    ['read', paint.link(shown(ctx, handout), pathToFileURL(handout).href)],
    ['edit', edit],
    ['check', paint.accent(`lab check ${part[0]} --watch`)],
    ['stuck?', paint.accent(isCore(part) ? 'lab hint' : `lab hint ${part[0]}`)],
  ]
  ctx.out.line(
    `\n${paint.strong(`Part ${letterOf(part)}: ${title}`)}, about ${minutes} minutes\n${aim}\n\n${columns(rows, 2)}`,
  )
}
