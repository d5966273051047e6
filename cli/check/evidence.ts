import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from './judge.ts'

/** Histories as files, `<scenario>.<attempt>.json`, so that marks can be explained and redone. */
export class Evidence {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async store(outcome: Outcome, attempt: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeFile(this.#file(outcome.history.scenario, attempt), `${JSON.stringify(outcome)}\n`)
  }

  /** Undefined where there is none, or none that can be read. */
  async read(scenario: string, attempt: number): Promise<Outcome | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(scenario, attempt), 'utf8')) as Outcome
    } catch {
      return undefined
    }
  }

  #file(scenario: string, attempt: number): string {
    return join(this.#folder, `${scenario}.${attempt}.json`)
  }
}
