import type { Json } from './json.ts'

/**
 * Everything that happened while one scenario was driven, as plain JSON: a judge decides from it alone, so marks can be
 * redone from storage. Times (`at`) are milliseconds since the scenario began.
 */
export interface History<Given = Json> {
  readonly scenario: string
  readonly seed: number
  /** host:port, comma-separated, as the processes were told. */
  readonly brokers: string
  /** Clock time of `at: 0`, milliseconds since 1970. */
  readonly began: number
  /** What the driver noted for the judges: the orders that it sent and so on. */
  given: Given
  /** Records of the core topics in the order in which they were read (per partition: by offset). Only committed ones. */
  readonly records: SeenRecord[]
  readonly processes: ProcessStory[]
  readonly answers: Answer[]
  readonly moments: Moment[]
}

export interface SeenRecord {
  readonly at: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** As UTF-8 text; `null` where the record has none. */
  readonly key: string | null
  readonly value: string | null
  /** The producer's or the broker's clock, milliseconds since 1970. */
  readonly timestamp: number
}

export interface Line {
  readonly at: number
  readonly stream: 'out' | 'err'
  /** Without colours, control sequences and the line end. */
  readonly text: string
}

export interface ProcessStory {
  /** `payment`, `payment#2` (a second start), `publish`, … */
  readonly name: string
  readonly command: string
  readonly pid: number
  readonly port?: number
  readonly at: number
  readonly lines: Line[]
  /** The last lines, also of an output that was cut. */
  readonly tail: string[]
  /** The last lines of standard error alone, so that no noise on standard output drives them out. Absent in histories of before. */
  readonly errorTail?: string[]
  /** Bytes of output that were thrown away behind the first megabyte. */
  cutBytes: number
  /** What the kit did to it. */
  readonly acts: { readonly at: number; readonly act: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'; why: string }[]
  exit?: { readonly at: number; readonly code: number | null; readonly signal: string | null }
  /** Why the kit ended it against its will. */
  ended?: 'memory' | 'flood' | 'deadline'
}

export interface Answer {
  readonly at: number
  readonly ms: number
  readonly method: string
  readonly url: string
  /** What the kit sent, shortened. */
  readonly sent: string
  /** 0 where no answer came. */
  readonly status: number
  readonly type: string
  readonly body: string
  readonly location?: string
  readonly error?: string
}

/** Something that the driver waited for, did or looked up. */
export interface Moment {
  readonly at: number
  readonly what: string
  readonly held?: boolean
  readonly detail?: Json
}
