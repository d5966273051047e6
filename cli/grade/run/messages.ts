import type { OpenAnswers } from '../../check/manual.ts'
import type { CheckReport } from '../../check/report.ts'
import type { Finding as IntakeFinding } from '../intake/intake.ts'
import type { Incident } from '../sandbox/sandbox.ts'
import type { TierReport } from '../sandbox/tier.ts'

/** What a worker is told: one hand-in to be checked. All paths are absolute. */
export interface Job {
  readonly source: string
  /** A folder for the histories; made by the worker. */
  readonly evidence: string
  /** An empty folder for everything else; the worker empties it at its end. */
  readonly temp: string
  /** Ids of checks, such as A1. */
  readonly checks: readonly string[]
  readonly seed: number
  readonly tier: TierReport
  /** Milliseconds for the checks together; what has no verdict then has none. */
  readonly wallMs: number
  readonly toolchains: readonly string[]
}

/** What a worker tells. `done` or `fault` comes last; a worker that goes without either has crashed. */
export type Message =
  | { readonly kind: 'taken-in'; readonly taken: boolean; readonly findings: readonly IntakeFinding[] }
  | { readonly kind: 'answers'; readonly answers: readonly OpenAnswers[] }
  | { readonly kind: 'at'; readonly checks: readonly string[] }
  | { readonly kind: 'verdict'; readonly report: CheckReport }
  | { readonly kind: 'incidents'; readonly incidents: readonly Incident[] }
  | { readonly kind: 'done'; readonly cut: boolean }
  | { readonly kind: 'fault'; readonly message: string }
