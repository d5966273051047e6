import type { History } from './history.ts'
import type { Scenario } from './scenario.ts'
import type { Judgement } from './verdict.ts'

/** One line of the contract: how the shop is worked, and what of the recorded history counts as right. */
export interface CheckSpec<Given> {
  /** `D2`: the part's letter and a number. */
  readonly id: string
  readonly title: string
  readonly marks: number
  /** Skipped where one of these did not pass. */
  readonly needs?: readonly string[]
  /** Skipped where one of these found that nothing works at all, so that this one would only wait for the same thing again. */
  readonly restsOn?: readonly string[]
  /** Not tried a second time where one of these found, at every try, that nothing works at all: this one goes through what they look at. */
  readonly buildsOn?: readonly string[]
  /** Deadlines decide: one that runs out is tried once more from a clean start. */
  readonly timing?: boolean
  readonly drive: Scenario<Given>
  /** Pure: the same history gives the same judgement, today and from storage. */
  judge(history: History<Given>): Judgement
}

export interface Check extends Omit<CheckSpec<unknown>, 'judge'> {
  readonly needs: readonly string[]
  readonly restsOn: readonly string[]
  readonly buildsOn: readonly string[]
  readonly timing: boolean
  judge(history: History<unknown>): Judgement
}

export function check<Given>(spec: CheckSpec<Given>): Check {
  return {
    ...spec,
    needs: spec.needs ?? [],
    restsOn: spec.restsOn ?? [],
    buildsOn: spec.buildsOn ?? [],
    timing: spec.timing ?? false,
    judge: (history) => spec.judge(history as History<Given>),
  }
}
