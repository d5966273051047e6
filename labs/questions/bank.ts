/** All questions of the kit: those of the parts' quizzes, and the bank. `lab quiz` and `lab viva --self` both ask from here. */
import type { AnyPart } from '../../cli/check/contract.ts'
import type { Lesson } from '../lesson.ts'
import bugCode from './bug-code.json' with { type: 'json' }
import type { BankQuestion, Card } from './question.ts'

const PARTS: readonly AnyPart[] = [
  'a-kafka',
  'b-services',
  'c-events',
  'd-producer',
  'e-order',
  'f-payment',
  'g-inventory-notification',
  'h-saga',
  'i-testing',
  'q-topic-design',
]

export const LETTERS = 'abcdefgh'

/** The questions of the bank for one part, as they are written. */
export async function bankOf(part: AnyPart): Promise<readonly BankQuestion[]> {
  return ((await import(`./${part}.ts`)) as { questions: readonly BankQuestion[] }).questions
}

/** Every card, part by part. The same each time: options are mixed by the question's id. */
export async function allCards(): Promise<Card[]> {
  const cards = await Promise.all(
    PARTS.map(async (part) => [...(await quizOf(part)), ...(await bankOf(part)).map((one) => cardOf(part, one))]),
  )
  return cards.flat()
}

async function quizOf(part: AnyPart): Promise<Card[]> {
  const { lesson } = (await import(`../${part}/part.ts`)) as { lesson: Lesson }
  return lesson.quiz.map(({ ask, code, options, answer, why }, at) => ({
    id: `${part[0]}${at + 1}`,
    part,
    kind: 'choice',
    ask,
    ...(code === undefined ? {} : { code }),
    options,
    answer: LETTERS[answer] ?? '?',
    why,
  }))
}

function cardOf(part: AnyPart, question: BankQuestion): Card {
  const { id, kind, ask, why } = question
  const right = rightOf(question)
  const options = mixed(kind === 'order' ? right : [...right, ...question.wrong], id, right)
  const code =
    kind === 'bug'
      ? (bugCode as Readonly<Record<string, string>>)[question.mistake]
      : kind === 'order'
        ? undefined
        : question.code
  const answer = right.map((text) => LETTERS[options.indexOf(text)] ?? '?').join('')
  return { id, part, kind, ask, ...(code === undefined ? {} : { code }), options, answer, why }
}

function rightOf(question: BankQuestion): readonly string[] {
  if (question.kind === 'order') return question.steps
  return [question.kind === 'predict' ? question.output : question.right]
}

/** The same order for the same id, and never the one that steps must come into. */
function mixed(items: readonly string[], id: string, right: readonly string[]): string[] {
  const weight = (text: string) => hash(`${id}/${text}`)
  const sorted = items.toSorted((a, b) => weight(a) - weight(b))
  return sorted.every((text, at) => text === right[at]) ? sorted.toReversed() : sorted
}

function hash(text: string): number {
  let h = 2_166_136_261
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16_777_619)
  return h >>> 0
}
