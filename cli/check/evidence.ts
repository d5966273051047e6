import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { judge, type Outcome } from './judge.ts'
import type { Judgement } from './verdict.ts'

/** Histories as files, `<scenario>.<attempt>.json`, so that marks can be explained and redone. */
export class Evidence {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async store(outcome: Outcome, attempt: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeFile(join(this.#folder, `${outcome.history.scenario}.${attempt}.json`), `${JSON.stringify(outcome)}\n`)
  }

  /** The last attempt of each scenario, by its name. */
  async load(): Promise<Map<string, Outcome>> {
    const names = (await readdir(this.#folder)).filter((name) => /\.\d+\.json$/.test(name)).sort()
    const outcomes = new Map<string, Outcome>()
    for (const name of names) {
      const outcome = JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as Outcome
      outcomes.set(outcome.history.scenario, outcome)
    }
    return outcomes
  }
}

/** The judgements of checks from stored histories alone; no process, no broker. Checks without a history are left out. */
export function rejudge(checks: readonly Check[], outcomes: ReadonlyMap<string, Outcome>): Map<string, Judgement> {
  const judgements = new Map<string, Judgement>()
  for (const check of checks) {
    const outcome = outcomes.get(check.drive.name)
    if (outcome !== undefined) judgements.set(check.id, judge(check, outcome))
  }
  return judgements
}
