import type { Context, ExitCode } from '../command.ts'
import { choose } from './ask.ts'
import { kindly } from './kindly.ts'
import { lessons } from './lessons.ts'
import { type Choice, type Item, menuItems } from './menu-items.ts'
import { nextStep } from './next.ts'
import type { Progress } from './progress.ts'
import { readProgress } from './progress-file.ts'
import { bar } from './rubric-lines.ts'
import { inMinutes, standing } from './standing.ts'

/** Runs what was chosen; its errors are told and the menu goes on. */
export type Act = (item: Item) => Promise<ExitCode>

/** `lab` alone: shows where the student is, lets them choose, and comes back until they quit. */
export async function showMenu(
  ctx: Context,
  workspace: string,
  acts: Readonly<Record<Choice, Act>>,
): Promise<ExitCode> {
  const all = await lessons()
  const titles = new Map(all.map((lesson) => [lesson.folder, lesson]))
  for (;;) {
    const progress = await readProgress(ctx, workspace)
    tellWhere(ctx, progress, all)
    const items = menuItems(progress, titles)
    const item = await choose(
      ctx,
      'What now?',
      items.map((one) => ({ value: one, name: one.name, about: one.about })),
    )
    if (item.choice === 'quit') return 0
    ctx.out.line()
    await kindly(ctx, () => acts[item.choice](item))
    if (ctx.signal.aborted) return 130
    ctx.out.line()
  }
}

function tellWhere({ out, paint }: Context, progress: Progress, all: Awaited<ReturnType<typeof lessons>>): void {
  const { marks, max, minutes } = standing(progress, all)
  const { full, rest } = bar(marks, max, 30)
  out.line(
    `${paint.strong('Saga Lab')}  ${paint.good(full)}${paint.faint(rest)} ${marks} of ${max} marks, ${inMinutes(minutes)}`,
  )
  out.line(`${nextStep(progress).why}\n`)
}
