import { defineCommand, flag, text } from '../command.ts'
import { showAnswer } from '../student/answer.ts'
import { partNamed } from '../student/lessons.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Prints the solution of a part, or compares it with your files. Before your first try it asks whether you really want that; your files are not changed.',
  args: { part: text('<part>', 'its letter or name: a, d-producer') },
  options: {
    diff: flag('--diff', 'what differs between your files and the answer'),
    yes: flag('-y, --yes', 'do not ask'),
    workspace: workspaceOption,
  },
  examples: [
    ['answer d', 'the files of part D, solved'],
    ['answer d --diff', 'line by line against yours'],
    ['answer d --json --yes', '{part, files: [{file, text}]}'],
  ],
  run: (ctx, { args, options: { diff, yes, workspace } }) =>
    showAnswer(ctx, workspaceAt(ctx, workspace), { part: partNamed(args.part), diff, sure: yes }),
})
