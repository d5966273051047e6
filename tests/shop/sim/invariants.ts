import * as log from './check-log.ts'
import * as orders from './check-orders.ts'
import type { Violation } from './violation.ts'
import type { World } from './world.ts'

export type Invariant = (world: World) => Violation[]

/** Each is a pure look at a world that has been healed and drained. */
export const invariants = {
  I0: orders.accepted,
  I1: orders.allEnded,
  I2: orders.moneyAddsUp,
  I3: orders.moneyMovesOnce,
  I4: orders.stockAddsUp,
  I5: orders.neverOversold,
  I6: log.nothingLost,
  I7: log.nothingTwice,
  I8: log.keysKeepOrder,
  I9: orders.legalTransitions,
  I10: orders.compensated,
  I11: log.poisonIsolated,
  I12: orders.customerKnows,
  I13: log.causesComeFirst,
  I14: log.quiet,
} satisfies Record<string, Invariant>

export type InvariantName = keyof typeof invariants
export interface Finding extends Violation {
  readonly invariant: InvariantName
}

const all = Object.entries(invariants) as [InvariantName, Invariant][]

export const judge = (world: World): Finding[] => {
  const findings: Finding[] = []
  for (const [invariant, check] of all) for (const violation of check(world)) findings.push({ invariant, ...violation })
  return findings
}
