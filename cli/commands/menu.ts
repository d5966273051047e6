import path from 'node:path'
import { type Context, defineCommand, wrongUsage } from '../command.ts'
import { showAnswer } from '../student/answer.ts'
import { giveHint } from '../student/hint.ts'
import { showMenu } from '../student/menu.ts'
import { playQuiz } from '../student/quiz.ts'
import { writeReport } from '../student/report.ts'
import { runMyShop } from '../student/run.ts'
import { startPart } from '../student/start.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'
import { command as check } from './check.ts'
import { command as doctor } from './doctor.ts'
import { command as progress } from './progress.ts'

export const command = defineCommand({
  about: "Shows where you are in the course and what is next, and lets you choose. 'lab' alone does the same.",
  options: { workspace: workspaceOption },
  examples: [['menu', 'choose with the arrow keys and Enter']],
  async run(ctx, { options }) {
    if (!ctx.interactive)
      throw wrongUsage('A menu needs a terminal.', "'lab next' says what is next; 'lab --help' lists all commands.")
    const workspace = workspaceAt(ctx, options.workspace)
    return showMenu(ctx, workspace, actsFor(ctx, workspace, options))
  },
})

type Acts = Parameters<typeof showMenu>[2]

function actsFor(ctx: Context, workspace: string, options: { readonly workspace: string }): Acts {
  const checkPart = (part: string, watch: boolean) =>
    check.run(ctx, {
      args: { parts: [part] },
      options: { ...options, watch, poll: false, seed: undefined, evidence: undefined, mine: false },
    })
  return {
    start: ({ part }) => startPart(ctx, workspace, part),
    check: ({ part }) => checkPart(part, false),
    watch: ({ part }) => checkPart(part, true),
    hint: () => giveHint(ctx, workspace, undefined),
    run: () => runMyShop(ctx, { workspace, orders: 0, failRate: 0, stock: undefined }),
    progress: () => progress.run(ctx, { args: {}, options }),
    quiz: ({ part }) => playQuiz(ctx, workspace, part, undefined),
    answer: ({ part }) => showAnswer(ctx, workspace, { part, diff: true, sure: false }),
    report: () => writeReport(ctx, { workspace, out: path.resolve(workspace), name: undefined }),
    doctor: () => doctor.run(ctx, { args: {}, options: { fix: false, sandbox: false } }),
    quit: async () => 0,
  }
}
