import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { partFiles, sourceFolder } from '../author/lay.ts'
import type { AnyPart } from '../check/contract.ts'
import { type Context, type ExitCode, LabError, wrongUsage } from '../command.ts'
import { yes } from './ask.ts'
import { letterOf } from './lessons.ts'
import { type DiffLine, diffLines } from './line-diff.ts'
import { partProgress, recordAnswer } from './progress.ts'
import { readProgress, updateProgress } from './progress-file.ts'

export interface AnswerWish {
  readonly part: AnyPart
  /** Compare with the workspace instead of printing it whole. */
  readonly diff: boolean
  /** Do not ask, even before the first try. */
  readonly sure: boolean
}

interface Shown {
  readonly file: string
  readonly text: string
  /** The student's; null where there is none. */
  readonly yours: string | null
}

/** `lab answer`: the solution of a part. Before the first try it asks once whether that is really wanted. */
export async function showAnswer(ctx: Context, workspace: string, { part, diff, sure }: AnswerWish): Promise<ExitCode> {
  if (!existsSync(sourceFolder(part, 'solution'))) throw handedOut(part)
  if (!sure && !(await wanted(ctx, workspace, part))) return 0
  await updateProgress(ctx, workspace, (progress) => recordAnswer(progress, part, ctx.now()))
  const files = await Promise.all(
    [...(await partFiles(part, 'solution'))].map(async ([file, text]): Promise<Shown> => {
      const yours = await readFile(path.join(workspace, file), 'utf8').catch(() => null)
      return { file, text, yours }
    }),
  )
  if (ctx.json) ctx.out.json({ part, files: files.map((one) => (diff ? compared(one) : pick(one))) })
  else for (const one of files) ctx.out.line(diff ? diffText(ctx, one) : wholeText(ctx, one))
  if (!ctx.json && !diff) tellWhy(ctx, part)
  return 0
}

function handedOut(part: AnyPart): LabError {
  return new LabError(
    'no-answers',
    'This copy of the kit was handed out without its answers.',
    `'lab hint ${part[0]}' helps you step by step, nearly to the answer. Your instructor has the rest.`,
    { exit: 2 },
  )
}

async function wanted(ctx: Context, workspace: string, part: AnyPart): Promise<boolean> {
  const { attempts, answersOpened } = partProgress(await readProgress(ctx, workspace), part)
  if (attempts > 0 || answersOpened > 0) return true
  const said = `You have not tried part ${letterOf(part)} yet.`
  if (!ctx.interactive) {
    throw wrongUsage(said, `'lab check ${part[0]}' is a try. To see the answer all the same, add --yes.`)
  }
  ctx.err.line(`${said} What you found yourself stays longer.`)
  return yes(ctx, 'Show the answer all the same?', false)
}

const pick = ({ file, text }: Shown) => ({ file, text })
const compared = ({ file, text, yours }: Shown) => ({
  file,
  missing: yours === null,
  diff: diffLines(yours ?? '', text),
})

function wholeText({ paint }: Context, { file, text }: Shown): string {
  return `${paint.strong(`── ${file}`)}\n${text.trimEnd()}\n`
}

function diffText({ paint }: Context, { file, text, yours }: Shown): string {
  if (yours === null) return `${paint.strong(`── ${file}`)}: ${paint.warn('you do not have it yet')}\n`
  const lines = diffLines(yours, text)
  if (lines.length === 0) return `${paint.strong(`── ${file}`)}: ${paint.good('the same')}\n`
  const line = ({ sign, text: words }: DiffLine) => {
    const whole = `${sign} ${words}`.trimEnd()
    return sign === '-' ? paint.bad(whole) : sign === '+' ? paint.good(whole) : paint.faint(whole)
  }
  const legend = paint.faint('(- yours, + the answer)')
  return `${paint.strong(`── ${file}`)} ${legend}\n${lines.map(line).join('\n')}\n`
}

function tellWhy(ctx: Context, part: AnyPart): void {
  const why = path.join('answer-key', part, 'README.md')
  ctx.out.line(ctx.paint.faint(`Why this way: ${why}. Compared with yours: lab answer ${part[0]} --diff`))
}
