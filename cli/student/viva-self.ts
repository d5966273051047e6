import type { Card } from '../../labs/questions/question.ts'
import type { AnyPart } from '../check/contract.ts'
import type { Context, ExitCode } from '../command.ts'
import { choose, yes } from './ask.ts'
import { cardsFor, readPairs, recordCards } from './cards.ts'
import { learnt, pickCards } from './leitner.ts'
import { readProgress, updateProgress } from './progress-file.ts'
import { answerText } from './quiz-review.ts'

export interface VivaWish {
  readonly part: AnyPart | undefined
  readonly count: number
  /** `a1=yes,f.seen=no`, where nobody can be asked. */
  readonly knew: string | undefined
}

/**
 * `lab viva --self`: the questions of the quiz, without their options, as an examiner asks them. You answer aloud, see the answer, and say yourself
 * whether you knew it. The boxes are those of `lab quiz --review`. Without a terminal questions and answers are printed, or `knew` is noted.
 */
export async function vivaSelf(ctx: Context, workspace: string, wish: VivaWish): Promise<ExitCode> {
  if (wish.knew !== undefined) return note(ctx, workspace, wish.knew)
  const progress = await readProgress(ctx, workspace)
  // Steps cannot be put in order without seeing them.
  const cards = (await cardsFor(progress, wish.part)).filter(({ kind }) => kind !== 'order')
  const { due, fresh } = pickCards(cards, progress.cards ?? {}, { now: ctx.now(), count: wish.count })
  const chosen = [...due, ...fresh]
  if (ctx.interactive) return examine(ctx, workspace, chosen)
  if (ctx.json) {
    const questions = chosen.map((card) => ({ ...question(card), answer: answerText(card), why: card.why }))
    ctx.out.json({ due: due.length, new: fresh.length, ...learnt(cards, progress.cards ?? {}), questions })
    return 0
  }
  for (const card of chosen) ctx.out.line(`${card.id}  ${asked(card)}\n\n  ${answerText(card)}. ${card.why}\n`)
  ctx.out.line(ctx.paint.faint(`Say what you knew: lab viva --self --knew ${chosen[0]?.id ?? 'a1'}=yes`))
  return 0
}

const question = ({ id, part, kind, ask, code }: Card) => ({
  id,
  part,
  kind,
  ask,
  ...(code === undefined ? {} : { code }),
})

const asked = ({ ask, code }: Card): string => (code === undefined ? ask : `${ask}\n\n${code.replace(/^/gm, '     ')}`)

async function examine(ctx: Context, workspace: string, cards: readonly Card[]): Promise<ExitCode> {
  let known = 0
  for (const [at, card] of cards.entries()) {
    ctx.out.line(`${ctx.paint.strong(`Question ${at + 1} of ${cards.length}`)}\n${asked(card)}\n`)
    await choose(ctx, 'Answer aloud, in two or three sentences.', [{ value: 0, name: 'Show the answer' }])
    ctx.out.line(`\n  ${ctx.paint.accent(answerText(card))}\n  ${card.why}\n`)
    const knew = await yes(ctx, 'Did you say that, in your own words?', false)
    await updateProgress(ctx, workspace, (before) => recordCards(before, new Map([[card.id, knew]]), ctx.now()))
    if (knew) known++
  }
  ctx.out.line(`${known} of ${cards.length} known. What you missed comes back at once, the rest in some days.`)
  return 0
}

async function note(ctx: Context, workspace: string, words: string): Promise<ExitCode> {
  const pairs = await readPairs(words, (_card, given) =>
    /^(yes|no)$/.test(given) ? undefined : 'yes or no is needed.',
  )
  const knew = new Map(pairs.map(({ card, given }) => [card.id, given === 'yes']))
  const { cards = {} } = await updateProgress(ctx, workspace, (before) => recordCards(before, knew, ctx.now()))
  const noted = [...knew].map(([id, right]) => ({
    id,
    knew: right,
    box: cards[id]?.box ?? 1,
    due: cards[id]?.due ?? null,
  }))
  if (ctx.json) ctx.out.json({ noted })
  else for (const { id, box, due } of noted) ctx.out.line(`${id}: box ${box}, again from ${due?.slice(0, 10)} on`)
  return 0
}
