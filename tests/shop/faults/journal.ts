import { appendFileSync } from 'node:fs'

/**
 * What a step came to. `fail`: it certainly did not happen. `info`: nobody knows, as with a request that timed out.
 * For a fault, `ok` means that it was seen to land, and `fail` that it was not.
 */
export type Outcome = 'invoke' | 'ok' | 'fail' | 'info'

export interface Entry {
  /** Milliseconds since the run began, by a clock that no fault moves. */
  readonly t: number
  /** `customer-12`, `visitor`, `nemesis`. */
  readonly process: string
  readonly f: string
  readonly type: Outcome
  readonly value: Readonly<Record<string, unknown>>
}

/** The run's own history: in memory for the judge, and line by line in a file for people. */
export interface Journal {
  readonly entries: readonly Entry[]
  /** Wall clock of `t` = 0, in ms since 1970. */
  readonly startedAt: number
  readonly file: string
  /** Now, as an entry's `t`. */
  now(): number
  write(process: string, f: string, type: Outcome, value?: Entry['value']): void
}

export const createJournal = (file: string): Journal => {
  const entries: Entry[] = []
  const zero = performance.now()
  const now = (): number => Math.round((performance.now() - zero) * 10) / 10
  return {
    entries,
    startedAt: Date.now(),
    file,
    now,
    write: (process, f, type, value = {}) => {
      const entry: Entry = { t: now(), process, f, type, value }
      entries.push(entry)
      appendFileSync(file, `${JSON.stringify(entry)}\n`)
    },
  }
}
