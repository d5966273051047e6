import { safe } from '../../terminal/safe.ts'

/**
 * `refused`: nothing of the submission was taken, it gets no check. `left-out`: a file or folder that was not taken, the rest was. `look`: it was
 * taken, and an instructor may want to look at it (a path outside, an address, an import that the kit does not have).
 */
export interface Finding {
  readonly kind: 'refused' | 'left-out' | 'look'
  /** A stable name for machines: `path-outside`, `symlink`, `too-large`, `imports-unknown`, … */
  readonly id: string
  /** As it stands in the archive, made safe to print; empty where the whole is meant. */
  readonly path: string
  /** One sentence for the report, safe to print. */
  readonly what: string
}

const LONGEST_PATH = 160

export function finding(kind: Finding['kind'], id: string, path: string, what: string): Finding {
  return { kind, id, path: shown(path), what: safe(what) }
}

/** A name as it may be printed. */
export function shown(path: string): string {
  return safe(path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path)
}

/** The whole submission is not taken. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly finding: Finding

  constructor(id: string, path: string, what: string) {
    super(what)
    this.finding = finding('refused', id, path, what)
  }
}
