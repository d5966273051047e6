import path from 'node:path'
import { defineCommand, text } from '../command.ts'
import { overview } from '../grade/overview/overview.ts'

export const command = defineCommand({
  about:
    "Shows who is where and who is stuck, from the progress files in the students' workspaces (a shared drive, clones, copies) or the lab-report.json that they " +
    'handed in. Runs nothing. The pages of a grading are class.html and the students’ folders beside it.',
  args: { dir: text('<dir>', 'the folder that holds a workspace, or a folder with one, for each student') },
  examples: [
    ['class /srv/lab', 'who needs help, most stuck first'],
    ['class /srv/lab --json', '{learners: [{name, marks, current, stuck}], silent, stuck: [{what, who}]}'],
  ],
  run: (ctx, { args }) => overview(ctx, path.resolve(ctx.cwd, args.dir)),
})
