import { randomInt } from 'node:crypto'
import path from 'node:path'
import type { Check } from '../check/check.ts'
import { type Selected, select } from '../check/course.ts'
import { checkText, manualText, summaryText } from '../check/print.ts'
import { type CheckReport, exitCodeOf, type Report } from '../check/report.ts'
import { runChecks } from '../check/session.ts'
import { watchWorkspace } from '../check/watch.ts'
import type { WatchRound } from '../check/watch-order.ts'
import { brokersFor } from '../check/which-broker.ts'
import { type Context, defineCommand, flag, number, text, texts, wrongUsage } from '../command.ts'
import { recordReport } from '../student/progress.ts'
import { readProgress, updateProgress } from '../student/progress-file.ts'
import { watchHelp, watchSelection } from '../student/watch-help.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Checks your shop part by part: starts your programs, works them on the real broker, and says what is right, what is wrong and why.',
  args: { parts: texts('[parts...]', 'parts (d, d-producer), checks (D2), lists of them (d,E1), or all (default)') },
  options: {
    workspace: workspaceOption,
    watch: flag('--watch', 'check again whenever a file changes'),
    poll: flag('--poll', 'with --watch: look for changes by the clock, where the file system does not tell'),
    seed: number('--seed <n>', 'chooses ids and amounts; the same seed asks the same again', { max: 2 ** 32 - 1 }),
    evidence: text('--evidence <dir>', 'keep the history of every scenario here'),
    mine: flag('--yes-use-this-broker', 'allow the broker of KAFKA_BROKERS: its core topics are deleted and made anew'),
  },
  examples: [
    ['check d', 'check part D'],
    ['check D2,e --watch', 'check D2 and part E, again after each change'],
    ['check all --json --workspace my-shop', 'all parts, for machines'],
  ],
  async run(ctx, { args, options }) {
    const workspace = workspaceAt(ctx, options.workspace)
    const progress = await readProgress(ctx, workspace)
    const watched = options.watch ? await selection(() => watchSelection(args.parts, progress)) : undefined
    const selected = watched?.atWork ?? (await selection(() => select(args.parts)))
    const ids = selected.flatMap(({ checks }) => checks.map((check) => check.id))
    if (!ctx.json) ctx.err.line(ctx.paint.faint(`Checking ${ids.join(' ')} in ${workspace} …`))
    const brokers = await brokersFor(ctx, options.mine)
    const settings = {
      workspace,
      brokers,
      outer: ctx.env,
      onWait: (pid: number) =>
        ctx.err.line(`Another check (process ${pid}) is at work on this broker; waiting for its end …`),
      ...(options.evidence === undefined ? {} : { evidence: path.resolve(ctx.cwd, options.evidence) }),
    }
    const once = async ({ parts, behind }: WatchRound, signal = ctx.signal) => {
      const printer = printerFor(ctx, parts)
      const seed = options.seed ?? randomInt(2 ** 31)
      const report = await runChecks(parts, { ...settings, ...printer, seed, signal })
      await updateProgress(ctx, workspace, (before) => recordReport(before, report, ctx.now(), behind))
      show(ctx, report)
      return report
    }
    if (watched === undefined) return exitCodeOf(await once({ parts: selected, behind: false }))
    const help = watchHelp(ctx, workspace)
    return await watchWorkspace({ ctx, workspace, poll: options.poll, selection: watched, once, help })
  },
})

async function selection<S>(choose: () => Promise<S>): Promise<S> {
  try {
    return await choose()
  } catch (error) {
    if (error instanceof RangeError)
      throw wrongUsage(error.message, 'For example: lab check d   lab check D2,e   lab check all')
    throw error
  }
}

function show(ctx: Context, report: Report): void {
  if (ctx.json) {
    ctx.out.json(report)
    return
  }
  ctx.out.line(`\n${summaryText(report, ctx.paint)}`)
  for (const { manual } of report.parts) if (manual !== undefined) ctx.out.line(`\n${manualText(manual, ctx.paint)}`)
}

/** Prints each verdict as soon as all before it are printed, so that the order is always the contract's. */
function printerFor(ctx: Context, selected: readonly Selected[]) {
  const order = selected.flatMap(({ checks }) => checks)
  const ready = new Map<string, CheckReport>()
  let next = 0
  return {
    onStart: (checks: readonly Check[]) => {
      if (!ctx.json)
        ctx.err.status(
          ctx.paint.faint(`  … ${checks.map((check) => check.id).join(' ')}  ${checks[0]?.title}`.slice(0, 72)),
        )
    },
    onVerdict: (check: Check, report: CheckReport) => {
      ready.set(check.id, report)
      for (let one = order[next]; one !== undefined && ready.has(one.id); one = order[++next]) {
        if (!ctx.json) ctx.out.line(checkText(one, ready.get(one.id) as CheckReport, ctx.paint))
      }
    },
  }
}
