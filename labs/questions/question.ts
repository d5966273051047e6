import type { AnyPart } from '../../cli/check/contract.ts'

interface Common {
  /** Unique and for ever: progress is kept under it. */
  readonly id: string
  readonly ask: string
  readonly why: string
}

/** Which one is right? */
export interface Choice extends Common {
  readonly kind: 'choice'
  readonly code?: string
  readonly right: string
  readonly wrong: readonly string[]
}

/** What does this print? A test runs the code and compares. */
export interface Predict extends Common {
  readonly kind: 'predict'
  readonly code: string
  /**
   * `node`: a module of its own. `exit`: the same, and a last line `exit code N`. `kafka`: the body of an async function that is given
   * `topic` (3 partitions, empty), `producer` and `admin` (connected), and `read(group, count)`, which resolves with messages.
   */
  readonly runs: 'node' | 'exit' | 'kafka'
  readonly output: string
  readonly wrong: readonly string[]
}

/** Bring the steps into order. */
export interface Order extends Common {
  readonly kind: 'order'
  /** As they must be. */
  readonly steps: readonly string[]
}

/** What is wrong with these lines? They are from a wrong shop of the answer key, without its comments. */
export interface Bug extends Common {
  readonly kind: 'bug'
  /** The name of the mistake; its code is in bug-code.ts. */
  readonly mistake: string
  /** Where the lines begin: a file of that shop, and a text in the first line. */
  readonly file: string
  readonly at: string
  /** So many lines from there on; without it, to the end of what begins there. */
  readonly lines?: number
  readonly right: string
  readonly wrong: readonly string[]
}

export type BankQuestion = Choice | Predict | Order | Bug

/** A question as it is put, whatever its kind. */
export interface Card {
  readonly id: string
  readonly part: AnyPart
  readonly kind: BankQuestion['kind']
  readonly ask: string
  readonly code?: string
  /** What a letter stands for. */
  readonly options: readonly string[]
  /** One letter; for steps all of them, in order. */
  readonly answer: string
  readonly why: string
}
