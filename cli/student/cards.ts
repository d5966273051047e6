import { allCards, LETTERS } from '../../labs/questions/bank.ts'
import type { Card } from '../../labs/questions/question.ts'
import type { AnyPart } from '../check/contract.ts'
import { wrongUsage } from '../command.ts'
import { answeredCard } from './leitner.ts'
import { type Progress, partProgress } from './progress.ts'

/** A card as it is asked: without its answer. */
export interface AskedCard {
  readonly id: string
  readonly part: AnyPart
  readonly kind: Card['kind']
  readonly ask: string
  readonly code?: string
  readonly options: readonly { readonly letter: string; readonly text: string }[]
}

export interface MarkedCard {
  readonly id: string
  readonly given: string
  readonly right: boolean
  readonly answer: string
  readonly why: string
  /** Where it lies now, and when it comes again. */
  readonly box: number
  readonly due: string
}

export function askedCard({ id, part, kind, ask, code, options }: Card): AskedCard {
  const lettered = options.map((text, at) => ({ letter: LETTERS[at] ?? '?', text }))
  return { id, part, kind, ask, ...(code === undefined ? {} : { code }), options: lettered }
}

/** The cards of a part; without one, of all parts that were begun, and of part A where none was. */
export async function cardsFor(progress: Progress, part: AnyPart | undefined): Promise<Card[]> {
  const cards = await allCards()
  if (part !== undefined) return cards.filter((card) => card.part === part)
  const answered = new Set(cards.filter(({ id }) => progress.cards?.[id] !== undefined).map((card) => card.part))
  const begun = cards.filter((card) => answered.has(card.part) || isBegun(progress, card.part))
  return begun.length > 0 ? begun : cards.filter((card) => card.part === 'a-kafka')
}

function isBegun(progress: Progress, part: AnyPart): boolean {
  const { startedAt, attempts } = partProgress(progress, part)
  return startedAt !== null || attempts > 0
}

/** Notes what was answered: the cards' boxes, by id. */
export function recordCards(progress: Progress, answers: ReadonlyMap<string, boolean>, now: number): Progress {
  const cards = { ...progress.cards }
  for (const [id, right] of answers) cards[id] = answeredCard(cards[id], right, now)
  return { ...progress, cards }
}

export function markCard(card: Card, given: string, before: Progress, now: number): MarkedCard {
  const right = given.toLowerCase() === card.answer
  const { box, due } = answeredCard(before.cards?.[card.id], right, now)
  return { id: card.id, given, right, answer: card.answer, why: card.why, box, due }
}

/** `a1=b,d.no-key=c`: the id of a card and an answer, separated by commas. Throws for an id that there is not and for an answer that does not fit. */
export async function readPairs(
  words: string,
  fits: (card: Card, given: string) => string | undefined,
): Promise<{ card: Card; given: string }[]> {
  const cards = new Map((await allCards()).map((card) => [card.id, card]))
  return words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const [id = '', given = ''] = word.split('=').map((one) => one.trim())
      const card = cards.get(id)
      if (card === undefined) throw wrongUsage(`There is no question ${id}.`, 'The ids stand before the questions.')
      const problem = fits(card, given)
      if (problem !== undefined) throw wrongUsage(`${id}=${given}: ${problem}`, `For example: ${id}=${example(card)}`)
      return { card, given }
    })
}

const example = ({ options, kind }: Card): string => (kind === 'order' ? LETTERS.slice(0, options.length) : 'a')

/** What is wrong with the letters of an answer; undefined where nothing is. */
export function misfit({ options, kind }: Card, given: string): string | undefined {
  const known = LETTERS.slice(0, options.length)
  const letters = [...given.toLowerCase()]
  if (kind === 'order') {
    const sound = letters.toSorted().join('') === known
    return sound ? undefined : `all letters from a to ${known.at(-1)} are needed, each once, in the right order.`
  }
  const sound = letters.length === 1 && known.includes(given.toLowerCase())
  return sound ? undefined : `one letter from a to ${known.at(-1)} is needed.`
}
