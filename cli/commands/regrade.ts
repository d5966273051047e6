import path from 'node:path'
import { defineCommand, flag, text } from '../command.ts'
import { regrade } from '../grade/regrade.ts'

export const command = defineCommand({
  about:
    'Counts the marks of a grading again: judges the stored histories with the rules of today, applies the rubric as it is now and the marks in manual.yml, ' +
    'writes all reports anew and shows what changed for whom. Runs no program of a student.',
  args: { out: text('<out>', 'the folder that was --out of lab grade') },
  options: {
    rubric: text('--rubric <file>', 'another rubric than the one it was graded by'),
    dryRun: flag('--dry-run', 'show the changes and write nothing'),
  },
  examples: [
    ['regrade grades', 'after a change of the rubric or of manual.yml'],
    ['regrade grades --rubric mine.yml --dry-run', 'what another rubric would change'],
    ['regrade grades --json', '{students: [{key, before, after, max, verdicts}], changed, written}'],
  ],
  run(ctx, { args, options }) {
    return regrade(ctx, { ...options, out: path.resolve(ctx.cwd, args.out) })
  },
})
