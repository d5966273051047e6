import type { Lesson, Question } from '../../labs/lesson.ts'
import type { AnyPart } from '../check/contract.ts'
import { type Context, type ExitCode, wrongUsage } from '../command.ts'
import { choose } from './ask.ts'
import { recordCards } from './cards.ts'
import { lessonOf } from './lessons.ts'
import { recordQuiz } from './progress.ts'
import { updateProgress } from './progress-file.ts'
import { type Answered, type Asked, asked, markAnswers, optionLetter, readAnswers } from './quiz-marks.ts'

/** `lab quiz`: asked one by one where somebody is there; else printed, or marked when answers were given along. */
export async function playQuiz(
  ctx: Context,
  workspace: string,
  part: AnyPart,
  answers: string | undefined,
): Promise<ExitCode> {
  const lesson = await lessonOf(part)
  if (answers === undefined && !ctx.interactive) {
    printQuestions(ctx, lesson)
    return 0
  }
  const given = answers === undefined ? await askAll(ctx, lesson) : read(answers, lesson.quiz)
  const marked = markAnswers(lesson.letter, lesson.quiz, given)
  const right = marked.filter((one) => one.right).length
  const cards = new Map(marked.map((one) => [one.id, one.right]))
  await updateProgress(ctx, workspace, (progress) =>
    recordCards(recordQuiz(progress, part, right, marked.length, ctx.now()), cards, ctx.now()),
  )
  if (ctx.json) ctx.out.json({ part, right, of: marked.length, answers: marked })
  else {
    if (answers !== undefined) for (const one of marked) ctx.out.line(explained(ctx, one))
    ctx.out.line(`${ctx.paint.strong(`${right} of ${marked.length} right.`)} The quiz costs and gives no marks.`)
  }
  return 0
}

function read(answers: string, quiz: readonly Question[]): number[] {
  try {
    return readAnswers(answers, quiz)
  } catch (error) {
    if (error instanceof RangeError) throw wrongUsage(error.message, 'For example: --answers a,c,b,b')
    throw error
  }
}

function printQuestions(ctx: Context, { folder, letter, title, quiz }: Lesson): void {
  const questions = asked(letter, quiz)
  if (ctx.json) {
    ctx.out.json({ part: folder, questions })
    return
  }
  ctx.out.line(`${ctx.paint.strong(`Quiz of part ${letter}: ${title}`)}\n`)
  for (const [at, one] of questions.entries()) ctx.out.line(`${questionText(at, one)}\n${optionsText(one)}\n`)
  ctx.out.line(
    ctx.paint.faint(`Answer with: lab quiz ${letter.toLowerCase()} --answers ${quiz.map(() => 'a').join(',')}`),
  )
}

const questionText = (at: number, { ask, code }: Asked): string =>
  `${at + 1}. ${ask}${code === undefined ? '' : `\n\n${code.replace(/^/gm, '     ')}\n`}`

const optionsText = ({ options }: Asked): string =>
  options.map(({ letter, text }) => `   ${letter}) ${text}`).join('\n')

async function askAll(ctx: Context, { letter, title, quiz }: Lesson): Promise<number[]> {
  ctx.out.line(`${ctx.paint.strong(`Quiz of part ${letter}: ${title}`)}, ${quiz.length} questions\n`)
  const given: number[] = []
  for (const [at, one] of asked(letter, quiz).entries()) {
    if (one.code !== undefined) ctx.out.line(`\n${one.code.replace(/^/gm, '     ')}\n`)
    const options = one.options.map(({ text }, index) => ({ value: index, name: `${optionLetter(index)}) ${text}` }))
    given.push(await choose(ctx, `${at + 1}. ${one.ask}`, options))
    const marked = markAnswers(letter, quiz, given)[at]
    if (marked !== undefined) ctx.out.line(explained(ctx, marked))
  }
  return given
}

function explained({ paint }: Context, { id, right, given, answer, why }: Answered): string {
  const verdict = right ? `${paint.good('✓')} ${id}: ${answer}` : `${paint.bad('✗')} ${id}: not ${given} but ${answer}`
  return `${verdict}\n  ${why}\n`
}
