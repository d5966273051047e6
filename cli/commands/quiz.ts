import { defineCommand, text } from '../command.ts'
import { partNamed } from '../student/lessons.ts'
import { readProgress } from '../student/progress-file.ts'
import { playQuiz } from '../student/quiz.ts'
import { partAtWork } from '../student/where.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Asks a few questions about a part: which is right, and what does this print? Each answer is explained. It gives and costs no marks. Without a terminal it prints the questions, or marks --answers.',
  args: { part: text('[part]', 'its letter or name; without it, the part that you are at') },
  options: {
    answers: text('--answers <letters>', 'one letter a question, such as a,c,b,b'),
    workspace: workspaceOption,
  },
  examples: [
    ['quiz', 'about the part that you are at'],
    ['quiz a --json', '{part, questions: [{id, ask, code, options}]}, without the answers'],
    ['quiz a --answers b,b,c,b,c --json', '{part, right, of, answers: [{id, given, right, answer, why}]}'],
  ],
  async run(ctx, { args, options }) {
    const workspace = workspaceAt(ctx, options.workspace)
    const part = args.part === undefined ? partAtWork(await readProgress(ctx, workspace)) : partNamed(args.part)
    return playQuiz(ctx, workspace, part, options.answers)
  },
})
