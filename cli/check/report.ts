import { type AnyPart, CONTRACT } from './contract.ts'
import type { ManualItem } from './manual.ts'
import type { Diagnosis, VerdictKind } from './verdict.ts'

/** What `lab check --json` prints. `seconds` of a check is the time of its scenario, shared with the checks that share it. */
export interface Report {
  readonly contract: number
  readonly marks: number
  readonly max: number
  readonly seconds: number
  readonly parts: readonly PartReport[]
}

export interface PartReport {
  readonly part: AnyPart
  readonly marks: number
  readonly max: number
  readonly checks: readonly CheckReport[]
  /** What no rule can judge, where the part asks for such. */
  readonly manual?: readonly ManualItem[]
}

export interface CheckReport {
  readonly id: string
  readonly verdict: VerdictKind
  readonly marks: number
  readonly max: number
  readonly seconds: number
  /** Passed at the second try only; the diagnosis is the first try's. */
  readonly flaky?: true
  readonly diagnosis?: Diagnosis
}

interface Ran {
  readonly part: AnyPart
  readonly checks: readonly CheckReport[]
  readonly manual?: readonly ManualItem[]
}

export function reportOf(parts: readonly Ran[], seconds: number): Report {
  const sum = (checks: readonly CheckReport[], of: 'marks' | 'max') => checks.reduce((total, one) => total + one[of], 0)
  const all = parts.flatMap(({ checks }) => checks)
  return {
    contract: CONTRACT,
    marks: sum(all, 'marks'),
    max: sum(all, 'max'),
    seconds,
    parts: parts.map((one) => ({ ...one, marks: sum(one.checks, 'marks'), max: sum(one.checks, 'max') })),
  }
}

/** 3 where anything was the kit's fault, else 1 where anything failed or was skipped, else 0. */
export function exitCodeOf(report: Report): 0 | 1 | 3 {
  const verdicts = report.parts.flatMap(({ checks }) => checks.map((one) => one.verdict))
  if (verdicts.includes('kit-fault')) return 3
  return verdicts.every((verdict) => verdict === 'pass') ? 0 : 1
}
