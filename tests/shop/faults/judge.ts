import { timeline } from '../timeline.ts'
import { deadLetterInvariants } from './invariants/dead-letters.ts'
import { deliveryInvariants } from './invariants/delivery.ts'
import { moneyInvariants } from './invariants/money.ts'
import { orderInvariants } from './invariants/orders.ts'
import { quietInvariants } from './invariants/quiet.ts'
import { stockInvariants } from './invariants/stock.ts'
import type { Invariant, Snapshot, Violation } from './snapshot.ts'
import { storyOf } from './story.ts'

/** I0 to I14 of the saga. */
export const invariants: readonly Invariant[] = [
  ...orderInvariants,
  ...moneyInvariants,
  ...stockInvariants,
  ...deliveryInvariants,
  ...deadLetterInvariants,
  ...quietInvariants,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))

export const judge = (snapshot: Snapshot): Violation[] =>
  invariants.flatMap(({ id, broken }) => broken(snapshot).map((violation) => ({ invariant: id, ...violation })))

const MOST_OF_ONE = 3

/** For people: what is broken, and how it came, order by order. The first few of each invariant: one bug breaks hundreds of orders alike. */
export const tell = (snapshot: Snapshot, violations: readonly Violation[]): string => {
  const story = storyOf(snapshot)
  const chapters = invariants.flatMap((invariant, i) => {
    if (invariants.findIndex(({ id }) => id === invariant.id) !== i) return []
    const own = violations.filter((violation) => violation.invariant === invariant.id)
    if (own.length === 0) return []
    const examples = own
      .slice(0, MOST_OF_ONE)
      .flatMap(({ what, orderId }) => [
        `  ${what}`,
        ...(orderId === undefined ? [] : [timeline(story, orderId).replaceAll(/^/gm, '    ')]),
      ])
    return [`${invariant.id} is broken ${own.length} times:`, ...examples]
  })
  return chapters.join('\n')
}
