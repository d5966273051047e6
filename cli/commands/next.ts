import { defineCommand } from '../command.ts'
import { tellNext } from '../student/next.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about: 'Says what to do next, in one step. Where a new part is next, it offers to start it.',
  options: { workspace: workspaceOption },
  examples: [
    ['next', 'what now?'],
    ['next --json', '{part, check, command, why}'],
  ],
  run: (ctx, { options }) => tellNext(ctx, workspaceAt(ctx, options.workspace)),
})
