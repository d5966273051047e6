import type { Question } from '../../labs/lesson.ts'

/** A question as it is asked: without its answer. */
export interface Asked {
  readonly id: string
  readonly ask: string
  readonly code?: string
  readonly options: readonly { readonly letter: string; readonly text: string }[]
}

export interface Answered {
  readonly id: string
  readonly given: string
  readonly right: boolean
  readonly answer: string
  readonly why: string
}

const LETTERS = 'abcdefgh'
export const optionLetter = (index: number): string => LETTERS[index] ?? '?'

/** `a1`, `a2`, …: the questions of part A. */
export function asked(letter: string, quiz: readonly Question[]): Asked[] {
  return quiz.map(({ ask, code, options }, at) => ({
    id: `${letter.toLowerCase()}${at + 1}`,
    ask,
    ...(code === undefined ? {} : { code }),
    options: options.map((text, index) => ({ letter: optionLetter(index), text })),
  }))
}

/** `a,c,b` or `acb`, in any letter case: one letter a question. Throws a RangeError that names the first that does not fit. */
export function readAnswers(text: string, quiz: readonly Question[]): number[] {
  const given = text.includes(',') ? text.split(',').map((word) => word.trim()) : [...text.replace(/\s/g, '')]
  if (given.length !== quiz.length)
    throw new RangeError(`${quiz.length} answers are needed, ${given.length} were given.`)
  return given.map((word, at) => {
    const options = quiz[at]?.options.length ?? 0
    const index = word.length === 1 ? LETTERS.indexOf(word.toLowerCase()) : -1
    if (index < 0 || index >= options) {
      throw new RangeError(`Answer ${at + 1} is "${word}"; it must be a letter from a to ${optionLetter(options - 1)}.`)
    }
    return index
  })
}

export function markAnswers(letter: string, quiz: readonly Question[], given: readonly number[]): Answered[] {
  return quiz.map(({ answer, why }, at) => ({
    id: `${letter.toLowerCase()}${at + 1}`,
    given: optionLetter(given[at] ?? -1),
    right: given[at] === answer,
    answer: optionLetter(answer),
    why,
  }))
}
