import type { Answer, History, Moment, ProcessStory, SeenRecord } from './history.ts'
import type { Json } from './json.ts'

/** Writes the history of one scenario and wakes those who wait for something to happen. */
export class Recorder {
  readonly history: History
  readonly #began = performance.now()
  #waiting: (() => void)[] = []

  constructor(scenario: string, seed: number, brokers: string) {
    this.history = {
      scenario,
      seed,
      brokers,
      began: Date.now(),
      given: null,
      records: [],
      processes: [],
      answers: [],
      moments: [],
    }
  }

  /** Milliseconds since the scenario began. */
  now(): number {
    return Math.round((performance.now() - this.#began) * 10) / 10
  }

  record(record: SeenRecord): void {
    this.history.records.push(record)
    this.changed()
  }

  process(story: ProcessStory): void {
    this.history.processes.push(story)
    this.changed()
  }

  answer(answer: Answer): void {
    this.history.answers.push(answer)
    this.changed()
  }

  moment(what: string, facts: { held?: boolean; detail?: Json } = {}): Moment {
    const moment = { at: this.now(), what, ...facts }
    this.history.moments.push(moment)
    return moment
  }

  changed(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  /** Resolves when something is recorded, or after `ms`. */
  change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
