import { defineCommand } from '../command.ts'
import { lessons } from '../student/lessons.ts'
import { nextStep } from '../student/next.ts'
import { readProgress } from '../student/progress-file.ts'
import { standing, standingText } from '../student/standing.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Shows your marks by line of the rubric and by part, as your last checks counted them, and the minutes at work. It is kept in .lab/progress.json in your shop; pauses of more than 15 minutes are cut.',
  options: { workspace: workspaceOption },
  examples: [
    ['progress', 'how far am I?'],
    ['progress --json', '{marks, max, minutes, current, rubric: [...], parts: [{part, marks, checks: [...]}]}'],
  ],
  async run(ctx, { options }) {
    const progress = await readProgress(ctx, workspaceAt(ctx, options.workspace))
    const now = standing(progress, await lessons())
    if (ctx.json) ctx.out.json(now)
    else {
      const { why, command: typed } = nextStep(progress)
      ctx.out.line(`${standingText(now, ctx.paint)}\n\n${why} Next: ${ctx.paint.accent(typed)}`)
    }
    return 0
  },
})
