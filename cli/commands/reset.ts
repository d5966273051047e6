import { defineCommand, text } from '../command.ts'
import { partNamed } from '../student/lessons.ts'
import { resetToStarter } from '../student/start.ts'
import { requireWorkspace, workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Puts the files of a part back to how its start brought them. Yours are copied to .saved/<date>/ in your shop first. Files that a later part of yours has wired anew stay.',
  args: { part: text('<part>', 'its letter or name: a, d-producer') },
  options: { workspace: workspaceOption },
  examples: [
    ['reset d', 'begin part D again'],
    ['reset a', 'also brings a fresh lab.json'],
  ],
  async run(ctx, { args, options }) {
    const workspace = workspaceAt(ctx, options.workspace)
    const part = partNamed(args.part)
    requireWorkspace(ctx, workspace)
    return resetToStarter(ctx, workspace, part)
  },
})
