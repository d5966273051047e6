import type { Shop } from './shop.ts'

/**
 * One way to work the student's programs. Checks that name the same scenario share one run of it, each judging the same history.
 */
export interface Scenario<Given = unknown> {
  /** Unique in the course: the name of the stored history. */
  readonly name: string
  /**
   * What the broker holds at the start. `clean`: the seven core topics, empty. `absent`: none of them. `none`: the scenario has
   * nothing to do with the core topics of the broker and may run beside others.
   */
  readonly topics: 'clean' | 'absent' | 'none'
  /** The kit gives up after so many milliseconds, whatever hangs; default ten minutes. */
  readonly longest?: number
  /** Works the shop and resolves to what the judges need to know of it (plain JSON). Ends in a bounded time. */
  drive(shop: Shop): Promise<Given>
}

export function scenario<Given>(spec: Scenario<Given>): Scenario<Given> {
  return spec
}
