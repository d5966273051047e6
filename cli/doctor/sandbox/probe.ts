import type { Bench } from './bench.ts'

export interface Probe {
  readonly group: 'files' | 'writing' | 'network' | 'rights' | 'processes' | 'limits' | 'the way in'
  /** What the sandbox has to do: `the answer key is not there`. */
  readonly what: string
  /** Undefined when it is so, else what was seen instead. */
  readonly look: (bench: Bench) => Promise<string | undefined>
}

export interface ProbeResult {
  readonly group: Probe['group']
  readonly what: string
  readonly ok: boolean
  /** What was seen where it is not ok; otherwise empty. */
  readonly saw: string
}

/** Tries one probe; a probe that breaks has not been passed. */
export async function tryProbe({ group, what, look }: Probe, bench: Bench): Promise<ProbeResult> {
  const saw = await look(bench).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  return { group, what, ok: saw === undefined, saw: saw ?? '' }
}

/** Undefined when a value is one of those that are expected. */
export function expect(value: unknown, ...wanted: readonly unknown[]): string | undefined {
  return wanted.includes(value) ? undefined : (JSON.stringify(value) ?? 'nothing')
}
