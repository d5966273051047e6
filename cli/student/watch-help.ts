import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { partsUpTo } from '../author/lay.ts'
import { PARTS as MARKS } from '../check/contract.ts'
import { select } from '../check/course.ts'
import type { WatchHelp } from '../check/watch.ts'
import type { WatchSelection } from '../check/watch-order.ts'
import type { Context } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import { showAnswer } from './answer.ts'
import { yes } from './ask.ts'
import { giveHint } from './hint.ts'
import { kindly } from './kindly.ts'
import { lessonOf, lessons, letterOf } from './lessons.ts'
import { nextStep } from './next.ts'
import { marksOf, type Progress, partProgress } from './progress.ts'
import { readProgress } from './progress-file.ts'
import { bar } from './rubric-lines.ts'
import { runMyShop } from './run.ts'
import { standing, standingText } from './standing.ts'
import { startPart } from './start.ts'
import { KEY_LINE } from './watch-keys.ts'
import { partAtWork, whereAmI } from './where.ts'

/** What watch mode checks for the words of the command line: without any, the part at work; behind it the earlier parts that were tried. */
export async function watchSelection(words: readonly string[], progress: Progress): Promise<WatchSelection> {
  const wanted = words.length === 0 ? [partAtWork(progress)] : words
  const atWork = await select(wanted)
  const whole = wanted.every((word) => !/\d/.test(word)) && atWork.length === 1
  const [only] = whole ? atWork : []
  const before = only === undefined ? [] : partsUpTo(only.part).slice(0, -1)
  const earlier = before.filter((part) => partProgress(progress, part).attempts > 0)
  return { atWork, behind: earlier.length === 0 ? [] : await select(earlier) }
}

/** The keys of watch mode. */
export function watchHelp(ctx: Context, workspace: string): WatchHelp {
  const progress = () => readProgress(ctx, workspace)
  return {
    footer: async () => tellFooter(ctx, workspace, await progress()),
    hint: async (word) => void (await kindly(ctx, () => giveHint(ctx, workspace, word))),
    list: async () => ctx.out.line(`\n${standingText(standing(await progress(), await lessons()), ctx.paint)}\n`),
    answer: async (part) =>
      void (await kindly(ctx, () => showAnswer(ctx, workspace, { part, diff: true, sure: false }))),
    run: async () =>
      void (await kindly(ctx, () => runMyShop(ctx, { workspace, orders: 0, failRate: 0, stock: undefined }))),
    next: () => kindly(ctx, async () => goOn(ctx, workspace, await progress())),
    all: async () => ({ atWork: await select(['all']), behind: [] }),
  }
}

/** A part that has all its marks gives way to the next one; any other is not left without asking. */
async function goOn(ctx: Context, workspace: string, progress: Progress): Promise<WatchSelection | undefined> {
  const { part, why, command } = nextStep(progress)
  ctx.out.line(why)
  if (part === null) {
    ctx.out.line(`  ${ctx.paint.accent(command)}`)
    return undefined
  }
  if (!command.startsWith('lab start')) {
    if (part === progress.current) return undefined
    return watchSelection([part], progress)
  }
  const { title, minutes } = await lessonOf(part)
  if (!(await yes(ctx, `Start part ${letterOf(part)}, ${title} (about ${minutes} minutes)?`, true))) return undefined
  await startPart(ctx, workspace, part)
  return watchSelection([part], await readProgress(ctx, workspace))
}

async function tellFooter(ctx: Context, workspace: string, progress: Progress): Promise<void> {
  if (ctx.json) return
  const { paint, err } = ctx
  const where = whereAmI(progress)
  const { marks, max } = standing(progress, await lessons())
  const { full, rest } = bar(marks, max, 30)
  err.line(`\n${paint.good(full)}${paint.faint(rest)} ${marks} of ${max} marks`)
  if (where.kind === 'part-done') {
    const goOn = ctx.interactive ? 'n goes on with' : 'Next:'
    err.line(`${paint.good('✓')} ${nextStep(progress).why} ${goOn} part ${letterOf(where.next)}.`)
  } else if (where.kind === 'all-done') {
    err.line(`${paint.good('✓')} ${nextStep(progress).why} 'lab report' writes what you hand in.`)
  } else {
    const { title, files } = await lessonOf(where.part)
    const link = (file: string) => paint.link(file, pathToFileURL(path.join(workspace, file)).href)
    const have = `${marksOf(progress, where.part)} of ${MARKS[where.part]} marks`
    err.line(
      columns(
        [
          ['part', `${letterOf(where.part)}: ${title}, ${have}`],
          ['edit', files.map(link).join(', ')],
        ],
        2,
      ),
    )
  }
  err.line(paint.faint(ctx.interactive ? KEY_LINE : 'Waiting for a change (Ctrl-C ends) …'))
}
