import type { diagnoses } from './diagnoses.ts'

/** One thing that is wrong with a design. */
export interface Finding {
  readonly id: keyof typeof diagnoses
  readonly saw: string
  /** The one place to begin with, where `saw` tells more. */
  readonly first?: string
}

/** `finding('design.key-missing', …)`, or nothing. */
export const when = (wrong: boolean, id: Finding['id'], saw: string): Finding[] => (wrong ? [{ id, saw }] : [])
