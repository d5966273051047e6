/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  /** `bad`: the lab cannot work like this. `note`: worth knowing, or needed for one part only. */
  readonly state: 'good' | 'note' | 'bad'
  readonly found: string
  readonly needed: string
  /** What to do about it; empty where nothing is to be done. */
  readonly remedy: string
}

export function good(what: string, found: string, needed: string): Finding {
  return { what, state: 'good', found, needed, remedy: '' }
}

export function note(what: string, found: string, needed: string, remedy: string): Finding {
  return { what, state: 'note', found, needed, remedy }
}

export function bad(what: string, found: string, needed: string, remedy: string): Finding {
  return { what, state: 'bad', found, needed, remedy }
}
