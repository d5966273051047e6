import { defineCommand, flag, number, text } from '../command.ts'
import { partNamed } from '../student/lessons.ts'
import { readProgress } from '../student/progress-file.ts'
import { playQuiz } from '../student/quiz.ts'
import { reviewCards } from '../student/quiz-review.ts'
import { partAtWork } from '../student/where.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Asks a few questions about a part: which is right, and what does this print? Each answer is explained. It gives and costs no marks. With --review it asks what is due today: all questions of the parts that you have begun; what you know comes back later and later, what you missed at once. Without a terminal it prints the questions, or marks --answers.',
  args: { part: text('[part]', 'its letter or name; without it, the part that you are at') },
  options: {
    review: flag('--review', 'what is due, of all parts that you have begun or of the one named'),
    count: number('--count <n>', 'with --review: so many at most', { fallback: 10, min: 1, max: 200 }),
    answers: text('--answers <letters>', 'one letter a question, such as a,c,b,b; with --review: a1=b,f.seen=c'),
    workspace: workspaceOption,
  },
  examples: [
    ['quiz', 'about the part that you are at'],
    ['quiz --review', 'ten questions that are due, or new'],
    ['quiz a --json', '{part, questions: [{id, ask, code, options}]}, without the answers'],
    ['quiz a --answers b,b,c,b,c --json', '{part, right, of, answers: [{id, given, right, answer, why}]}'],
  ],
  async run(ctx, { args, options }) {
    const workspace = workspaceAt(ctx, options.workspace)
    if (options.review) {
      const part = args.part === undefined ? undefined : partNamed(args.part)
      return reviewCards(ctx, workspace, { part, count: options.count, answers: options.answers })
    }
    const part = args.part === undefined ? partAtWork(await readProgress(ctx, workspace)) : partNamed(args.part)
    return playQuiz(ctx, workspace, part, options.answers)
  },
})
