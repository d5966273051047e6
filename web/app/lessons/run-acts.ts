import type { GroupState, OrderAnswer } from '../../hub/protocol.ts'
import type { Actions } from '../state/actions.ts'
import type { Act } from './scene.ts'

const PRODUCT = { productId: 201, quantity: 1, amount: 750 }

/** Does one thing after the other, each when the one before was confirmed; what was measured on the way, in words. Null when one is refused. */
export async function runActs(
  acts: readonly Act[],
  actions: Actions,
  groups: readonly GroupState[],
): Promise<readonly string[] | null> {
  const measured: string[] = []
  const orderIds: string[] = []
  for (const act of acts) {
    const words = await runAct(act, actions, groups, orderIds)
    if (words === null) return null
    if (words !== '') measured.push(words)
  }
  return measured
}

/** `orderIds`: of the orders that were placed so far. */
async function runAct(
  act: Act,
  actions: Actions,
  groups: readonly GroupState[],
  orderIds: string[],
): Promise<string | null> {
  if (act.kind === 'deed') return (await actions.deed(act.deed))?.words ?? null
  if (act.kind === 'wait') return (await actions.untilConfirmed(orderIds)) === null ? null : ''
  if (act.kind === 'order') {
    const answer = await place(act, actions)
    orderIds.push(...(answer?.orderIds ?? []))
    return placed(answer)
  }
  return (await work(act, actions, groups)) === null ? null : ''
}

const place = ({ count, ratePerS, saga }: Extract<Act, { kind: 'order' }>, actions: Actions) =>
  actions.order({ ...PRODUCT, count, ...(ratePerS ? { ratePerS } : {}), ...(saga ? { saga } : {}) })

/** Told only where it is no matter of course. */
function placed(answer: OrderAnswer | null): string | null {
  if (answer === null) return null
  return answer.refused === 0 ? '' : `${answer.accepted} orders accepted, ${answer.refused} refused.`
}

function work(
  act: Exclude<Act, { kind: 'order' | 'deed' | 'wait' }>,
  actions: Actions,
  groups: readonly GroupState[],
): Promise<unknown> {
  switch (act.kind) {
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
