import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Lesson } from '../../labs/lesson.ts'
import { PARTS, type Part } from '../check/contract.ts'
import type { Context, ExitCode } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import { yes } from './ask.ts'
import { lessonOf, letterOf } from './lessons.ts'
import { marksOf, type Progress, partProgress } from './progress.ts'
import { readProgress } from './progress-file.ts'
import { startPart } from './start.ts'
import { type Where, whereAmI } from './where.ts'

export interface NextStep {
  readonly part: Part | null
  readonly check: string | null
  /** What to type. */
  readonly command: string
  readonly why: string
}

/** What to do next, in one step. Pure. */
export function nextStep(progress: Progress): NextStep {
  const where = whereAmI(progress)
  switch (where.kind) {
    case 'new':
      return { part: where.part, check: null, command: 'lab start a', why: 'Nothing is started yet.' }
    case 'all-done':
      return { part: null, check: null, command: 'lab report', why: 'All parts have all their marks.' }
    case 'part-done':
      return { part: where.next, check: null, command: startOrCheck(progress, where.next), why: doneText(where) }
    case 'at-work':
      return atWork(progress, where.part, where.check)
  }
}

function startOrCheck(progress: Progress, part: Part): string {
  return partProgress(progress, part).startedAt === null ? `lab start ${part[0]}` : `lab check ${part[0]} --watch`
}

function doneText({ part, next, skipped }: Extract<Where, { kind: 'part-done' }>): string {
  const done = `Part ${letterOf(part)} has all its ${PARTS[part]} marks.`
  return skipped ? `${done} Part ${letterOf(next)}, before it, has not.` : done
}

function atWork(progress: Progress, part: Part, check: string | undefined): NextStep {
  const letter = letterOf(part)
  if (check === undefined) {
    const command = `lab check ${part[0]} --watch`
    return { part, check: null, command, why: `Part ${letter} is started and was not checked yet.` }
  }
  const last = progress.checks[check]
  const what =
    last?.verdict === 'fail' && last.diagnosis ? `${check}: ${last.diagnosis.cause}` : `${check} did not pass yet.`
  const why = `Part ${letter} has ${marksOf(progress, part)} of ${PARTS[part]} marks. ${what}`
  return { part, check, command: `lab check ${part[0]} --watch`, why }
}

/** `lab next`: says it, and where a new part is next and somebody is there, offers to start it. */
export async function tellNext(ctx: Context, workspace: string): Promise<ExitCode> {
  const step = nextStep(await readProgress(ctx, workspace))
  if (ctx.json) {
    ctx.out.json(step)
    return 0
  }
  ctx.out.line(step.why)
  if (step.part === null) {
    ctx.out.line(`\n  ${ctx.paint.accent(step.command)}   ${ctx.paint.faint('the page to hand in')}`)
    return 0
  }
  const lesson = await lessonOf(step.part)
  if (step.command.startsWith('lab start') && ctx.interactive) {
    const question = `Start part ${lesson.letter}, ${lesson.title} (about ${lesson.minutes} minutes)?`
    if (await yes(ctx, question, true)) return startPart(ctx, workspace, step.part)
    return 0
  }
  ctx.out.line(`\n${columns(rows(ctx, workspace, step, lesson), 2)}`)
  return 0
}

function rows({ paint }: Context, workspace: string, { command, check }: NextStep, lesson: Lesson): string[][] {
  const file = (name: string) => paint.link(name, pathToFileURL(path.join(workspace, name)).href)
  if (command.startsWith('lab start'))
    return [[paint.accent(command), `${lesson.title}, about ${lesson.minutes} minutes`]]
  return [
    [paint.accent(command), paint.faint('checks again whenever you save')],
    [paint.accent(`lab hint${check === null ? '' : ` ${check}`}`), paint.faint('costs nothing')],
    ['edit', lesson.files.map(file).join(', ')],
  ]
}
