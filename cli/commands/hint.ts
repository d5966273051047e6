import { defineCommand, text } from '../command.ts'
import { giveHint } from '../student/hint.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Helps with a check in three steps: a question, a pointer, nearly the answer. Each asking opens the next step; tries open them too. It costs no marks.',
  args: { what: text('[part|check]', 'd or D2; without it, the check that you are at') },
  options: { workspace: workspaceOption },
  examples: [
    ['hint', 'for the first check that does not pass'],
    ['hint D2', 'for this check'],
    ['hint f --json', '{check, passed, open, of, steps: [{name, text}]}'],
  ],
  run: (ctx, { args, options }) => giveHint(ctx, workspaceAt(ctx, options.workspace), args.what),
})
