import { existsSync } from 'node:fs'
import path from 'node:path'
import { defineCommand, flag, number, text, wrongUsage } from '../command.ts'
import { partNamed } from '../student/lessons.ts'
import { vivaSelf } from '../student/viva-self.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    "Prints an examiner's sheet for one student: questions about what happened in that student's own graded run (their offsets, keys, groups, failures) with the " +
    'answers, then the six questions of rubric/viva.yml. With --self it examines you: the questions of lab quiz without their options; you answer aloud, see the answer, ' +
    'and say whether you knew it. What you missed comes back. Students prepare with answer-key/viva.md as well.',
  args: { student: text('[student]', 'folder name, id, login or name; with --self a part, such as f') },
  options: {
    self: flag('--self', 'examine yourself'),
    count: number('--count <n>', 'with --self: so many questions at most', { fallback: 6, min: 1, max: 200 }),
    knew: text('--knew <list>', 'with --self, where nobody can be asked: a1=yes,f.seen=no'),
    workspace: workspaceOption,
    grades: text('--grades <dir>', 'the folder that was --out of lab grade', 'grades'),
    out: text('--out <file>', 'write a page (.html, or a folder) instead of printing'),
  },
  examples: [
    ['viva --self', 'six questions, of the parts that you have begun'],
    ['viva --self f --json', '{due, new, boxes, fresh, next, questions: [{id, ask, code, answer, why}]}'],
    ['viva ada-lovelace', 'from the grading in the folder grades'],
    ['viva 4711 --grades w5 --out ada.html', 'as a page to print'],
    ['viva ada-lovelace --json', '{student, own: [{topic, ask, answer, from}], sheet}'],
  ],
  async run(ctx, { args: { student }, options: { self, count, knew, workspace, grades, out } }) {
    if (self) {
      const part = student === undefined ? undefined : partNamed(student)
      return vivaSelf(ctx, workspaceAt(ctx, workspace), { part, count, knew })
    }
    if (student === undefined) {
      throw wrongUsage('Whose viva?', 'Name a student, or examine yourself: lab viva --self')
    }
    // Students have this command without the instructor's part of the kit.
    if (!existsSync(new URL('../grade/grade.ts', import.meta.url))) {
      throw wrongUsage('This copy of the kit examines nobody but you.', 'lab viva --self')
    }
    const { sheetFile, viva } = await import('../grade/viva/viva.ts')
    const file = out === undefined ? undefined : path.resolve(ctx.cwd, sheetFile(out, student))
    return viva(ctx, { student, grades: path.resolve(ctx.cwd, grades), out: file })
  },
})
