/** What a failed check tells, in the order in which it is printed. */
export interface Diagnosis {
  /** Stable: `area.what`, such as `producer.key-missing`. */
  readonly id: string
  /** What was done: topic, key, payload. */
  readonly did: string
  readonly expected: string
  readonly saw: string
  /** The first difference; for a lost or bent event its passport. */
  readonly first: string
  readonly cause: string
  /** The next command to run. */
  readonly next: string
}

export type Judgement =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'fail'
      readonly diagnosis: Diagnosis
      /** A deadline ran out, so a busy machine may be to blame: worth a second try. */
      readonly late: boolean
      /** Nothing works at all: checks that rest on this one would only wait for the same thing. */
      readonly dead: boolean
      /** Where a check is worth a mark for each of several things: the marks of those that hold. */
      readonly marks?: number
    }
  | { readonly kind: 'kit-fault'; readonly diagnosis: Diagnosis }

export type VerdictKind = 'pass' | 'fail' | 'skipped' | 'kit-fault'

/** The texts of a diagnosis that do not depend on what happened. Kept as data, one table a part, so that docs can list them. */
export interface DiagnosisText {
  readonly expected: string
  readonly cause: string
  readonly next: string
  readonly late?: true
  readonly dead?: true
}

export type DiagnosisTable = Readonly<Record<string, DiagnosisText>>

export interface Findings {
  readonly did: string
  readonly saw: string
  readonly first?: string
  /** Where it is better known than the table does. */
  readonly expected?: string
  readonly cause?: string
  readonly next?: string
}

export const pass: Judgement = { kind: 'pass' }

/** `fail('producer.key-missing', {did, saw})` with the texts of that part's table. */
export type Fail<Id extends string> = (id: Id, findings: Findings) => Judgement

export function failWith<T extends DiagnosisTable>(table: T): Fail<keyof T & string> {
  return (id, { did, saw, first, expected, cause, next }) => {
    const text = table[id]
    if (text === undefined) throw new Error(`no text for the diagnosis ${id}`)
    return {
      kind: 'fail',
      late: text.late ?? false,
      dead: text.dead ?? false,
      diagnosis: {
        id,
        did,
        expected: expected ?? text.expected,
        saw,
        first: first ?? saw,
        cause: cause ?? text.cause,
        next: next ?? text.next,
      },
    }
  }
}

/** Something of the kit or the machine went wrong: costs the student nothing. */
export class KitFault extends Error {
  override readonly name = 'KitFault'
  readonly id: string
  readonly remedy: string
  /** May the same work from a clean start? */
  readonly again: boolean
  constructor(id: string, message: string, remedy: string, facts: { again?: boolean; cause?: unknown } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.id = id
    this.remedy = remedy
    this.again = facts.again ?? false
  }
}

/** The student's side stands in the way of the whole scenario: nothing to start, the build fails, … */
export class Blocked extends Error {
  override readonly name = 'Blocked'
  readonly judgement: Judgement
  constructor(judgement: Judgement) {
    super(judgement.kind === 'fail' ? judgement.diagnosis.saw : judgement.kind)
    this.judgement = judgement
  }
}
