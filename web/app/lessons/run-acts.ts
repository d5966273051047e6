import type { GroupState } from '../../hub/protocol.ts'
import type { Actions } from '../state/actions.ts'
import type { Act } from './scene.ts'

const PRODUCT = { productId: 201, quantity: 1, amount: 750 }

/** Does one thing after the other, each when the one before was confirmed; ends early, with false, when one is refused. */
export async function runActs(acts: readonly Act[], actions: Actions, groups: readonly GroupState[]): Promise<boolean> {
  for (const act of acts) if ((await runAct(act, actions, groups)) === null) return false
  return true
}

function runAct(act: Act, actions: Actions, groups: readonly GroupState[]): Promise<unknown> {
  switch (act.kind) {
    case 'order':
      return actions.order({ ...PRODUCT, count: act.count, ...(act.ratePerS ? { ratePerS: act.ratePerS } : {}) })
    case 'break':
      return actions.breakQuietly(act.fault, {
        settings: act.settings ?? {},
        ...(act.seconds ? { forMs: act.seconds * 1_000 } : {}),
      })
    case 'mend':
      return actions.mend(act.fault, act.fault)
    case 'scale':
      return actions.scale(act.service, act.instances)
    case 'rewind':
      return actions.rewind(
        groups.find(({ service }) => service === act.service)?.group ?? `${act.service}-group`,
        act.topic,
      )
  }
}
