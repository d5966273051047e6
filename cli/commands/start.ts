import { defineCommand, text } from '../command.ts'
import { partNamed } from '../student/lessons.ts'
import { startPart } from '../student/start.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Brings the files of a part into your shop and says what to read and what to write. Your work is never overwritten: a file that the part must wire anew is copied to .saved/<date>/ in your shop first, everything else stays as it is.',
  args: { part: text('<part>', 'its letter or name: a, d-producer') },
  options: { workspace: workspaceOption },
  examples: [
    ['start a', 'begin the course in my-shop'],
    ['start e --workspace ../shop', 'in a folder of your own'],
    ['start b --json', '{part, workspace, saved, files: [{file, action, why}], missing}'],
  ],
  run: (ctx, { args, options }) => startPart(ctx, workspaceAt(ctx, options.workspace), partNamed(args.part)),
})
