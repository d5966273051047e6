import path from 'node:path'
import { defineCommand, flag, number, text, texts } from '../command.ts'
import { grade } from '../grade/grade.ts'

export const command = defineCommand({
  about:
    'Grades a folder of hand-ins by the rubric: each in a sandbox and on a broker of its own. Writes reports and tables into --out. ' +
    'Ctrl-C keeps what is done; --resume goes on. Exit code 1 when a hand-in could not be opened, 3 when the machine was at fault.',
  args: {
    dir: text(
      '<dir>',
      'one folder, .zip, .tar.gz or git bundle a student; or a download of Moodle, Canvas or GitHub Classroom',
    ),
  },
  options: {
    out: text('--out <dir>', 'the folder for reports and tables', 'grades'),
    jobs: number('--jobs <n>', 'how many at a time; as many as this machine carries, if not given', {
      min: 1,
      max: 64,
    }),
    rubric: text('--rubric <file>', 'another rubric than rubric/rubric.yml'),
    roster: text('--roster <csv>', 'the class list: name, id, email, login; whoever is missing is told'),
    parts: texts('--parts <list...>', 'only these parts or checks: a,b or D2; default: what the rubric asks for'),
    seed: number('--seed <n>', 'chooses products and amounts, the same for all hand-ins', { max: 2 ** 31 - 1 }),
    resume: flag('--resume', 'keep what is done, and do what is missing or was handed in anew'),
    minutes: number('--minutes <n>', 'the time of a hand-in; 8, if not given', { min: 1, max: 60 }),
    toolchains: texts(
      '--toolchain <dir...>',
      'a folder that the programs may read, for other languages, such as /usr/lib/jvm',
    ),
    trust: flag('--i-trust-these-submissions', 'where there is no sandbox: run them with your own rights'),
  },
  examples: [
    ['grade hand-ins', 'everybody, into the folder grades'],
    ['grade hand-ins --out grades --roster class.csv --jobs 4', 'with the class list, four at a time'],
    ['grade hand-ins --out grades --resume', 'go on after an interruption, or when somebody handed in late'],
    [
      'grade hand-ins --parts a,b,c --json',
      'three parts; {out, tier, seed, wanted, students: [{key, marks, max, …}], files}',
    ],
  ],
  run(ctx, { args, options }) {
    const { out, ...rest } = options
    return grade(ctx, { ...rest, dir: path.resolve(ctx.cwd, args.dir), out: path.resolve(ctx.cwd, out) })
  },
})
