import type { Hint } from '../../labs/lesson.ts'
import type { AnyPart } from '../check/contract.ts'
import { type Context, type ExitCode, wrongUsage } from '../command.ts'
import { STEPS, type Step, stepsOf, stepsOpen } from './hint-steps.ts'
import { lessonOf, partNamed } from './lessons.ts'
import { type Progress, recordHint } from './progress.ts'
import { readProgress, updateProgress } from './progress-file.ts'
import { firstFailed, partAtWork } from './where.ts'

/** `lab hint`: opens the next step for a check: the one named, the first of the part named that did not pass, or where you are. */
export async function giveHint(ctx: Context, workspace: string, word: string | undefined): Promise<ExitCode> {
  const hint = await hintFor(await readProgress(ctx, workspace), word)
  let open = 1
  const after = await updateProgress(ctx, workspace, (progress) => {
    open = stepsOpen(progress.checks[hint.check])
    return recordHint(progress, hint.check, open, ctx.now())
  })
  const steps = stepsOf(hint, open)
  const passed = after.checks[hint.check]?.verdict === 'pass'
  if (ctx.json) ctx.out.json({ check: hint.check, passed, open, of: STEPS, steps })
  else tell(ctx, hint.check, steps, passed)
  return 0
}

async function hintFor(progress: Progress, word: string | undefined): Promise<Hint> {
  const check = word !== undefined && /^[a-z]\d$/i.test(word) ? word.toUpperCase() : undefined
  const part: AnyPart =
    word === undefined ? partAtWork(progress) : partNamed(check === undefined ? word : (word[0] ?? ''))
  const { hints } = await lessonOf(part)
  const wanted = check ?? firstFailed(progress, part)
  const found = hints.find((hint) => hint.check === wanted) ?? (check === undefined ? hints[0] : undefined)
  if (found !== undefined) return found
  throw wrongUsage(`There is no check ${check}.`, `Part ${part} has ${hints.map((hint) => hint.check).join(', ')}.`)
}

const NAMES = { question: 'Ask yourself', pointer: 'Look here', 'near-answer': 'Nearly there' } as const

function tell({ out, paint }: Context, check: string, steps: readonly Step[], passed: boolean): void {
  out.line(`${paint.strong(`Hint for ${check}`)}${passed ? paint.good('  (it passes already)') : ''}\n`)
  for (const { name, text } of steps) out.line(`${paint.accent(NAMES[name])}\n  ${text}\n`)
  const left = STEPS - steps.length
  const more =
    left > 0 ? `${left} more ${left === 1 ? 'step' : 'steps'}: ask again, or try and check.` : 'That was all of it.'
  out.line(paint.faint(`${more} Hints cost nothing.`))
}
