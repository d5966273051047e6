import type { Check } from './check.ts'
import type { Selected } from './course.ts'

/** What watch mode checks: the part at work, and behind it what must not break. */
export interface WatchSelection {
  readonly atWork: readonly Selected[]
  readonly behind: readonly Selected[]
}

/** Checks that run together. */
export interface WatchRound {
  readonly parts: readonly Selected[]
  /** They are of earlier parts: whatever comes out, the student stays where they are. */
  readonly behind: boolean
}

/**
 * The order of a round: what failed of the part at work, the rest of it, then the earlier parts in the same way. Checks that share a
 * scenario stay together, so that it runs once. Rounds without checks are left out.
 */
export function watchRounds({ atWork, behind }: WatchSelection, failed: ReadonlySet<string>): WatchRound[] {
  return [atWork, behind]
    .flatMap((selected) => {
      const scenarios = new Set(selected.flatMap(({ checks }) => checks.filter(({ id }) => failed.has(id))).map(drive))
      return [
        { parts: keep(selected, (check) => scenarios.has(check.drive)), behind: selected === behind },
        { parts: keep(selected, (check) => !scenarios.has(check.drive)), behind: selected === behind },
      ]
    })
    .filter(({ parts }) => parts.length > 0)
}

const drive = (check: Check) => check.drive

function keep(selected: readonly Selected[], wanted: (check: Check) => boolean): Selected[] {
  return selected
    .map(({ part, checks }) => ({ part, checks: checks.filter(wanted) }))
    .filter(({ checks }) => checks.length > 0)
}

const IN_A_ROW = 3

/**
 * A file that changes during three checks in a row is most likely written by the shop and not by the student. From then on its changes
 * during a check start no new one, or watch mode would check for ever. A change while no check runs always counts: that is the student.
 */
export class OwnWrites {
  /** In how many rounds in a row, the one at hand included. */
  #rounds = new Map<string, number>()
  #now = new Set<string>()
  readonly #muted = new Set<string>()

  /** A file changed during a check: does that count? `told` is called the moment it stops to. */
  counts(path: string, told: () => void): boolean {
    if (this.#muted.has(path)) return false
    if (this.#now.has(path)) return true
    this.#now.add(path)
    const rounds = (this.#rounds.get(path) ?? 0) + 1
    this.#rounds.set(path, rounds)
    if (rounds < IN_A_ROW) return true
    this.#muted.add(path)
    told()
    return false
  }

  /** The next round begins. */
  next(): void {
    this.#rounds = new Map([...this.#rounds].filter(([path]) => this.#now.has(path)))
    this.#now = new Set()
  }
}
