/** The data of a lab part besides its checks: `labs/<part>/part.ts` holds one `lesson` each. */
import type { AnyPart } from '../cli/check/contract.ts'

/** What an examiner asks about; each is met in one of the core parts. */
export type VivaTopic = 'topic' | 'partition' | 'consumer group' | 'offset' | 'saga' | 'DLQ'

/** Help for one check, in three steps that say more and more. */
export interface Hint {
  /** `D2`. */
  readonly check: string
  /** A question that leads to the place. */
  readonly question: string
  /** Where to look, or what to read. */
  readonly pointer: string
  /** Nearly the answer: what is left is to type it. */
  readonly nearAnswer: string
}

export interface Question {
  readonly ask: string
  /** Code or output that the question is about. */
  readonly code?: string
  readonly options: readonly string[]
  /** Index of the right option, from 0. */
  readonly answer: number
  readonly why: string
}

export interface Lesson {
  readonly letter: string
  readonly folder: AnyPart
  readonly title: string
  readonly minutes: number
  /** One sentence: what works at the end that did not work before. */
  readonly aim: string
  readonly viva: readonly VivaTopic[]
  /** Files that the student writes or completes in this part; `lab start` lays down these and others beside them. */
  readonly files: readonly string[]
  readonly hints: readonly Hint[]
  readonly quiz: readonly Question[]
}
