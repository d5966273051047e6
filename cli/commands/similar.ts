import path from 'node:path'
import { defineCommand, number, text } from '../command.ts'
import { similar } from '../grade/similar/similar.ts'

export const command = defineCommand({
  about:
    'Compares the source code of all hand-ins with each other, without what was handed out and what half of the class has. Writes similar.html with the alike places ' +
    'side by side, similar.json, and a folder for JPlag. It is a reason to read and to ask, never a verdict. Runs nothing.',
  args: { dir: text('<dir>', 'the folder of hand-ins, as for lab grade') },
  options: {
    out: text('--out <dir>', 'the folder for what is written', 'similar'),
    least: number('--least <share>', 'leave out pairs below this share', {
      fallback: 0.3,
      max: 1,
      fraction: true,
    }),
  },
  examples: [
    ['similar hand-ins', 'into the folder similar'],
    ['similar hand-ins --least 0.6 --json', '{pairs: [{left, right, similarity, longest}], left, files}'],
  ],
  run(ctx, { args, options: { out, least } }) {
    return similar(ctx, { dir: path.resolve(ctx.cwd, args.dir), out: path.resolve(ctx.cwd, out), least })
  },
})
