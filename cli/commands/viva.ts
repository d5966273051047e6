import path from 'node:path'
import { defineCommand, text } from '../command.ts'
import { sheetFile, viva } from '../grade/viva/viva.ts'

export const command = defineCommand({
  about:
    "Prints an examiner's sheet for one student: questions about what happened in that student's own graded run (their offsets, keys, groups, failures) with the " +
    'answers, then the six questions of rubric/viva.yml. Students prepare with answer-key/viva.md and lab quiz.',
  args: { student: text('<student>', 'folder name, id, login or name') },
  options: {
    grades: text('--grades <dir>', 'the folder that was --out of lab grade', 'grades'),
    out: text('--out <file>', 'write a page (.html, or a folder) instead of printing'),
  },
  examples: [
    ['viva ada-lovelace', 'from the grading in the folder grades'],
    ['viva 4711 --grades w5 --out ada.html', 'as a page to print'],
    ['viva ada-lovelace --json', '{student, own: [{topic, ask, answer, from}], sheet}'],
  ],
  run(ctx, { args: { student }, options: { grades, out } }) {
    const file = out === undefined ? undefined : path.resolve(ctx.cwd, sheetFile(out, student))
    return viva(ctx, { student, grades: path.resolve(ctx.cwd, grades), out: file })
  },
})
