/** Something that a submission did, and that the sandbox ended or refused. Worth a line in the report. */
export interface Incident {
  readonly kind: 'memory' | 'pids' | 'disk' | 'files' | 'output' | 'wall' | 'broker'
  /** The program: `payment`, `publish`, …; empty where the submission as a whole is meant. */
  readonly name: string
  /** A sentence: `payment took more than 384 MB of memory and was ended`. */
  readonly what: string
}

/** At most one of a kind and program. */
export class Incidents {
  readonly list: Incident[] = []

  add(kind: Incident['kind'], name: string, what: string): void {
    const known = this.list.some((one) => one.kind === kind && one.name === name)
    if (!known) this.list.push({ kind, name, what })
  }
}
