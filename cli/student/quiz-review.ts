import { LETTERS } from '../../labs/questions/bank.ts'
import type { Card } from '../../labs/questions/question.ts'
import type { AnyPart } from '../check/contract.ts'
import type { Context, ExitCode } from '../command.ts'
import { choose } from './ask.ts'
import { askedCard, cardsFor, type MarkedCard, markCard, misfit, readPairs, recordCards } from './cards.ts'
import { learnt, pickCards } from './leitner.ts'
import type { Progress } from './progress.ts'
import { readProgress, updateProgress } from './progress-file.ts'

export interface ReviewWish {
  /** Only of this part. */
  readonly part: AnyPart | undefined
  readonly count: number
  /** `a1=b,d.no-key=c`, where nobody can be asked. */
  readonly answers: string | undefined
}

/** `lab quiz --review`: what is due, then what is new. Asked one by one where somebody is there; else printed, or marked. */
export async function reviewCards(ctx: Context, workspace: string, wish: ReviewWish): Promise<ExitCode> {
  if (wish.answers !== undefined) return markGiven(ctx, workspace, wish.answers)
  const progress = await readProgress(ctx, workspace)
  const cards = await cardsFor(progress, wish.part)
  const { due, fresh } = pickCards(cards, progress.cards ?? {}, { now: ctx.now(), count: wish.count })
  const chosen = [...due, ...fresh]
  if (!ctx.interactive) {
    print(ctx, { due: due.length, fresh: fresh.length, chosen, cards, progress })
    return 0
  }
  if (chosen.length === 0) {
    ctx.out.line(`Nothing is due. ${nextText(cards, progress)}`)
    return 0
  }
  ctx.out.line(`${ctx.paint.strong(`${due.length} due, ${fresh.length} new`)}\n`)
  const missed = await askRound(ctx, workspace, chosen)
  if (missed.length > 0) {
    ctx.out.line(ctx.paint.strong(`Once more, what you missed:\n`))
    await askRound(ctx, workspace, missed)
  }
  ctx.out.line(
    `${chosen.length - missed.length} of ${chosen.length} at the first try. ${await after(ctx, workspace, wish)}`,
  )
  return 0
}

async function after(ctx: Context, workspace: string, { part }: ReviewWish): Promise<string> {
  const progress = await readProgress(ctx, workspace)
  return nextText(await cardsFor(progress, part), progress)
}

function nextText(cards: readonly Card[], progress: Progress): string {
  const { boxes, fresh, next } = learnt(cards, progress.cards ?? {})
  const known = boxes.map((count, at) => `${count} in box ${at + 1}`).join(', ')
  return `${known}; ${fresh} new.${next === null ? '' : ` Next due: ${next.slice(0, 16).replace('T', ' ')} UTC.`}`
}

/** Asks each card once and resolves with those that were missed. What was answered is noted at once: Ctrl-C loses nothing. */
async function askRound(ctx: Context, workspace: string, cards: readonly Card[]): Promise<Card[]> {
  const missed: Card[] = []
  for (const [at, card] of cards.entries()) {
    const given = await askCard(ctx, `${at + 1}/${cards.length}  ${card.ask}`, card)
    const right = given === card.answer
    await updateProgress(ctx, workspace, (before) => recordCards(before, new Map([[card.id, right]]), ctx.now()))
    ctx.out.line(explained(ctx, card, given))
    if (!right) missed.push(card)
  }
  return missed
}

async function askCard(ctx: Context, ask: string, card: Card): Promise<string> {
  if (card.code !== undefined) ctx.out.line(`\n${card.code.replace(/^/gm, '     ')}\n`)
  const options = card.options.map((text, at) => ({ value: LETTERS[at] ?? '?', name: text }))
  if (card.kind !== 'order') return choose(ctx, ask, options)
  let given = ''
  while (given.length < options.length - 1) {
    const left = options.filter(({ value }) => !given.includes(value))
    given += await choose(ctx, given === '' ? `${ask} What is first?` : 'And then?', left)
  }
  return given + (options.find(({ value }) => !given.includes(value))?.value ?? '')
}

/** The right answer in words. */
export function answerText({ kind, options, answer }: Card): string {
  const texts = [...answer].map((letter) => options[LETTERS.indexOf(letter)] ?? '')
  return kind === 'order' ? texts.map((text, at) => `${at + 1}. ${text}`).join('\n  ') : texts.join('')
}

function explained({ paint }: Context, card: Card, given: string): string {
  const head = given === card.answer ? paint.good('✓ right') : `${paint.bad('✗')} ${answerText(card)}`
  return `${head}\n  ${card.why}\n`
}

interface Page {
  readonly due: number
  readonly fresh: number
  readonly chosen: readonly Card[]
  readonly cards: readonly Card[]
  readonly progress: Progress
}

function print(ctx: Context, { due, fresh, chosen, cards, progress }: Page): void {
  if (ctx.json) {
    ctx.out.json({ due, new: fresh, ...learnt(cards, progress.cards ?? {}), questions: chosen.map(askedCard) })
    return
  }
  for (const card of chosen) ctx.out.line(`${cardText(card)}\n`)
  if (chosen.length === 0) ctx.out.line(`Nothing is due. ${nextText(cards, progress)}`)
  else {
    const sample = chosen.map(
      ({ id, kind, options }) => `${id}=${kind === 'order' ? LETTERS.slice(0, options.length) : 'a'}`,
    )
    ctx.out.line(ctx.paint.faint(`Answer with: lab quiz --review --answers ${sample.slice(0, 3).join(',')}`))
  }
}

function cardText(card: Card): string {
  const { id, ask, code, options } = askedCard(card)
  const shown = code === undefined ? '' : `\n\n${code.replace(/^/gm, '     ')}\n`
  const lines = options.map(({ letter, text }) => `   ${letter}) ${text.replaceAll('\n', '\n      ')}`)
  return `${id}  ${ask}${shown}\n${lines.join('\n')}`
}

async function markGiven(ctx: Context, workspace: string, answers: string): Promise<ExitCode> {
  const pairs = await readPairs(answers, misfit)
  const before = await readProgress(ctx, workspace)
  const marked = pairs.map(({ card, given }) => markCard(card, given, before, ctx.now()))
  const verdicts = new Map(marked.map(({ id, right }) => [id, right]))
  await updateProgress(ctx, workspace, (progress) => recordCards(progress, verdicts, ctx.now()))
  const right = marked.filter((one) => one.right).length
  if (ctx.json) ctx.out.json({ right, of: marked.length, answers: marked })
  else {
    for (const [at, one] of marked.entries()) ctx.out.line(markedText(ctx, one, pairs[at]?.card))
    ctx.out.line(ctx.paint.strong(`${right} of ${marked.length} right.`))
  }
  return 0
}

function markedText(ctx: Context, { id, given, due }: MarkedCard, card: Card | undefined): string {
  if (card === undefined) return id
  return `${ctx.paint.strong(id)} ${explained(ctx, card, given)}  ${ctx.paint.faint(`again from ${due.slice(0, 10)} on`)}\n`
}
