import path from 'node:path'
import { defineCommand, flag, text } from '../command.ts'
import { handout } from '../grade/handout/handout.ts'

export const command = defineCommand({
  about:
    'Writes the kit as students get it: without the answer key, the rubric, the tests and the instructor’s commands. It installs, starts and checks like the whole one; ' +
    'lab answer says kindly that there are no answers in it.',
  options: {
    out: text('--out <dir>', 'an empty folder or a new one', 'handout'),
    zip: flag('--zip', 'write <dir>.zip beside it as well'),
  },
  examples: [
    ['handout --out /tmp/saga-lab --zip', 'a folder and /tmp/saga-lab.zip'],
    ['handout --out kit --json', '{out, files, bytes, zip}'],
  ],
  run: (ctx, { options: { out, zip } }) => handout(ctx, { out: path.resolve(ctx.cwd, out), zip }),
})
