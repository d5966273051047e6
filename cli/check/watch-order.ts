import type { Check } from './check.ts'
import type { Selected } from './course.ts'

/** What watch mode checks: the part at work, and behind it what must not break. */
export interface WatchSelection {
  readonly atWork: readonly Selected[]
  readonly behind: readonly Selected[]
}

/**
 * The order of a round: what failed of the part at work, the rest of it, then the earlier parts in the same way. Checks that share a
 * scenario stay together, so that it runs once. Rounds without checks are left out.
 */
export function watchRounds({ atWork, behind }: WatchSelection, failed: ReadonlySet<string>): Selected[][] {
  return [atWork, behind]
    .flatMap((selected) => {
      const scenarios = new Set(selected.flatMap(({ checks }) => checks.filter(({ id }) => failed.has(id))).map(drive))
      return [
        keep(selected, (check) => scenarios.has(check.drive)),
        keep(selected, (check) => !scenarios.has(check.drive)),
      ]
    })
    .filter((round) => round.length > 0)
}

const drive = (check: Check) => check.drive

function keep(selected: readonly Selected[], wanted: (check: Check) => boolean): Selected[] {
  return selected
    .map(({ part, checks }) => ({ part, checks: checks.filter(wanted) }))
    .filter(({ checks }) => checks.length > 0)
}

/**
 * Files that change while a check runs, round after round, are written by the shop and not by the student: from the second time in a row
 * on they start no new round, or watch mode would check for ever.
 */
export class OwnWrites {
  #last = new Set<string>()
  #now = new Set<string>()
  readonly #muted = new Set<string>()

  /** True for the change of a file that is known to be written by the shop. */
  isMuted(path: string): boolean {
    return this.#muted.has(path)
  }

  /** A file changed during a check. Returns true the moment it becomes muted. */
  during(path: string): boolean {
    this.#now.add(path)
    if (!this.#last.has(path) || this.#muted.has(path)) return false
    this.#muted.add(path)
    return true
  }

  /** The next round begins. */
  next(): void {
    this.#last = this.#now
    this.#now = new Set()
  }
}
