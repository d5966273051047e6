import type { FaultState } from './fault-desk.ts'
import { defaultsOf, TOGGLES } from './toggles.ts'

const REASON = "No shop runs. 'lab demo' starts the reference shop, 'lab run' yours."

/** The toggles where there is nothing to break. */
export const listWithoutShop = (): FaultState[] =>
  TOGGLES.map((toggle) => ({
    ...{ id: toggle.id, title: toggle.title, target: toggle.targets[0] ?? '', injected: 0 },
    ...{ phase: 'unavailable' as const, reason: REASON, settings: defaultsOf(toggle) },
  }))
