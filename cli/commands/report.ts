import path from 'node:path'
import { defineCommand, text } from '../command.ts'
import { writeReport } from '../student/report.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Writes what you hand in: lab-report.html, one page that needs nothing else, and lab-report.json, the same for machines. Both tell your marks, what the checks found, and your progress.',
  options: {
    workspace: workspaceOption,
    out: text('--out <dir>', 'the folder for both files; your shop, if not given'),
    name: text('--name <name>', 'your name, on the page'),
  },
  examples: [
    ['report --name "Ada Lovelace"', 'into my-shop'],
    ['report --out hand-in', 'into another folder'],
  ],
  async run(ctx, { options: { workspace: given, out, name } }) {
    const workspace = workspaceAt(ctx, given)
    return writeReport(ctx, { workspace, out: out === undefined ? workspace : path.resolve(ctx.cwd, out), name })
  },
})
