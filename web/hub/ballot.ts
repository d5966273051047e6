import type { HubState } from './core/state.ts'
import type { LessonState, Vote } from './protocol.ts'

/** The class's votes on the question at hand. A new question begins at nothing. */
export class Ballot {
  readonly #state: HubState
  /** Voter → choice. A phone has one vote and may change its mind; the presenter counts raised hands, one key a hand. */
  readonly #votes = new Map<string, number>()
  #hands = 0

  constructor(state: HubState) {
    this.#state = state
  }

  show(lesson: LessonState): void {
    const before = this.#state.lesson.value
    const opens = lesson.voteOpen && !before?.voteOpen
    if (before?.lesson !== lesson.lesson || opens) this.#votes.clear()
    this.#state.lesson.set(lesson)
    this.#tell()
  }

  /** False where no vote is open for that lesson. `voter` null: a hand that the presenter counts. */
  cast({ lesson, choice }: Vote, voter: string | null): boolean {
    const shown = this.#state.lesson.value
    if (shown === null || shown.lesson !== lesson || !shown.voteOpen) return false
    this.#votes.set(voter ?? `hand ${++this.#hands}`, choice)
    this.#tell()
    return true
  }

  #tell(): void {
    const counts: Record<string, number> = {}
    for (const choice of this.#votes.values()) counts[choice] = (counts[choice] ?? 0) + 1
    this.#state.votes.set(counts)
  }
}
