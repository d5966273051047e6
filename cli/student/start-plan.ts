/** What happens to one file of a part's starter. */
export type Action =
  /** It was not there. */
  | 'added'
  /** A dated copy is made, then the starter's text takes its place. */
  | 'changed'
  /** It stays as it is. */
  | 'kept'
  /** A dated copy is made, then entries are added to it: lab.json. */
  | 'merged'

export interface Planned {
  /** Inside the workspace, such as `order/main.ts`. */
  readonly file: string
  readonly action: Action
  readonly why: string
  /** What it will hold; absent where it is kept. */
  readonly text?: string
}

export interface Situation {
  /** The starter of the part: file → text. Without lab.json, which is merged apart. */
  readonly starter: ReadonlyMap<string, string>
  /** What the workspace has of these files now; absent where it has not. */
  readonly present: ReadonlyMap<string, string>
  /** Files that the starters of earlier parts give too: this part replaces their wiring. */
  readonly earlier: ReadonlySet<string>
  /** Files that a later part, which was started already, gives too: its wiring is the newer one. */
  readonly later: ReadonlySet<string>
  /** The part was started before: what is there is the student's work on it. */
  readonly startedBefore: boolean
}

/** Decides for each file of a starter what `lab start` does. Only a file that is wiring of an earlier part is ever replaced. */
export function planStart(at: Situation): Planned[] {
  return [...at.starter].map(([file, text]) => {
    const now = at.present.get(file)
    if (now === undefined) return { file, action: 'added', why: '', text }
    if (now === text) return { file, action: 'kept', why: 'is the same already' }
    if (at.startedBefore) return { file, action: 'kept', why: 'is your work on this part' }
    if (at.later.has(file)) return { file, action: 'kept', why: 'is from a later part already' }
    if (!at.earlier.has(file)) return { file, action: 'kept', why: 'is your own' }
    return { file, action: 'changed', why: 'this part wires it anew', text }
  })
}

/** Decides what `lab reset` does: every file gets the starter's text again, but those that a later part wired anew. */
export function planReset(at: Pick<Situation, 'starter' | 'present' | 'later'>): Planned[] {
  return [...at.starter].map(([file, text]) => {
    const now = at.present.get(file)
    if (now === undefined) return { file, action: 'added', why: '', text }
    if (now === text) return { file, action: 'kept', why: 'is as at the start' }
    if (at.later.has(file)) return { file, action: 'kept', why: 'belongs to a later part now' }
    return { file, action: 'changed', why: 'is as at the start again', text }
  })
}

/** Files of earlier starters that a part stands on and that are not there, by the part that gives them. */
export function missingBefore<P extends string>(
  earlier: ReadonlyMap<P, Iterable<string>>,
  present: ReadonlySet<string>,
): Map<P, string[]> {
  const missing = new Map<P, string[]>()
  for (const [part, files] of earlier) {
    const absent = [...files].filter((file) => !present.has(file))
    if (absent.length > 0) missing.set(part, absent)
  }
  return missing
}
