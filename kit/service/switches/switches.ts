import { z } from 'zod'
import type { Decide } from '../decision.ts'
import { crashPoints, type Faults } from '../faults.ts'
import { type Dice, dice } from './dice.ts'
import { createSwitchboard, type Switch, type Switchboard } from './switchboard.ts'

/** The toggles that every service has. What each one does when it is on stands where it strikes. */
export interface Switches {
  readonly board: Switchboard
  /** Every event takes this long, and one is handled after the other. */
  readonly slow: Switch<{ ms: number }>
  /** A share of all tries to handle an event throws. */
  readonly flaky: Switch<{ percent: number; seed: number }>
  /** One partition is not handled: whatever lies on the others overtakes it. */
  readonly hold: Switch<{ partition: number }>
  /** Safety off: an event that comes twice is handled twice. */
  readonly inbox: Switch<object>
  /** Safety off: what is to be published waits in memory alone. */
  readonly outbox: Switch<object>
  /** Safety off: an event that fails once is given up. */
  readonly retry: Switch<object>
  /** Safety off: what cannot be handled has nowhere to go. It blocks what is behind it, or is dropped. */
  readonly deadLetters: Switch<{ mode: 'block' | 'drop' }>
  /** `decide` as it is, or as it behaves while `flaky` is on. */
  fallible<S, E, Out>(decide: Decide<S, E, Out>): Decide<S, E, Out>
}

const none = z.strictObject({})

export const createSwitches = (faults: Faults, now: () => number = Date.now): Switches => {
  const board = createSwitchboard(now)
  const crash = z.strictObject({ point: z.enum(crashPoints), nth: z.int().min(1).max(1_000_000).default(1) })
  board.add('crash', crash, (on) => (on === null ? faults.disarm() : faults.arm(on.point, on.nth)))
  let roll: Dice = dice(1)
  const flaky = board.add(
    'flaky',
    z.strictObject({ percent: z.number().min(1).max(100), seed: z.int().default(1) }),
    (on) => {
      if (on !== null) roll = dice(on.seed)
    },
  )
  return {
    board,
    slow: board.add('slow', z.strictObject({ ms: z.int().min(1).max(60_000) })),
    flaky,
    hold: board.add('hold', z.strictObject({ partition: z.int().min(0).max(10_000) })),
    inbox: board.add('no-inbox', none),
    outbox: board.add('no-outbox', none),
    retry: board.add('no-retry', none),
    deadLetters: board.add('no-dlq', z.strictObject({ mode: z.enum(['block', 'drop']).default('block') })),
    fallible: (decide) =>
      flaky.on === null
        ? decide
        : (event, state) => {
            if (flaky.on === null || roll() * 100 >= flaky.on.percent) return decide(event, state)
            flaky.injected += 1
            throw new Error('made to fail by a failure toggle')
          },
  }
}
