import { setTimeout as pause } from 'node:timers/promises'
import type { Faults } from '../../../../kit/service/faults.ts'
import type { Store } from '../../../../kit/store/store.ts'
import type { Way } from '../../domain.ts'
import type { End, Queue, Stored } from '../queue.ts'
import type { WholeTables } from '../tables.ts'

export interface LaneOptions {
  readonly way: Way
  readonly store: Pick<Store<WholeTables>, 'transaction'>
  readonly queue: Queue
  readonly owner: string
  readonly atOnce: number
  readonly round: (messages: readonly Stored[]) => Promise<End[]>
  readonly faults: Faults
  readonly now: () => number
  /** Told after it is noted. */
  readonly onEnds: (ends: readonly End[]) => void
  readonly onFailure: (error: unknown) => void
}

/** The messages of one channel, on their way out one round after the other. */
export interface Lane {
  /** Something may be due. */
  ring(): void
  /** Resolves when nothing is in hand any more. */
  stop(): Promise<void>
}

/** What is in hand stays there for so long, and again as long as its process lives. */
const holdMs = 15_000
const renewEveryMs = 5_000
const restMs = 500

/**
 * Takes what is due, has it sent, and notes how it ended together with the next taking. A process that dies in between leaves its messages in the
 * table: it takes them up again when it comes back, and another instance does so after fifteen seconds.
 */
export const createLane = (options: LaneOptions): Lane => {
  const { way, store, queue, owner, atOnce, faults, now } = options
  let stopped = false
  let rung = false
  let working: Promise<void> | null = null

  const step = async (ends: readonly End[]): Promise<Stored[]> => {
    const taken = await store.transaction(async (tx) => {
      const at = now()
      if (ends.length > 0) await queue.settle(tx, owner, ends, at)
      if (stopped) return []
      return queue.claim(tx, { way, owner, now: at, until: at + holdMs, limit: atOnce })
    })
    if (ends.length > 0) options.onEnds(ends)
    return taken
  }

  /** How they ended must be noted, or they would go out twice: it is tried until the database takes it. */
  const insist = async (ends: readonly End[]): Promise<Stored[]> => {
    for (;;) {
      try {
        return await step(ends)
      } catch (error) {
        options.onFailure(error)
        if (stopped) return []
        await pause(restMs)
      }
    }
  }

  const held = async (messages: readonly Stored[]): Promise<End[]> => {
    const renew = (): void => void queue.renew({ way, owner, until: now() + holdMs }).catch(options.onFailure)
    const timer = setInterval(renew, renewEveryMs)
    return options.round(messages).finally(() => clearInterval(timer))
  }

  const workOff = async (): Promise<void> => {
    do {
      rung = false
      for (let taken = await insist([]); taken.length > 0; ) {
        faults.passing('relay.before-send')
        const ends = await held(taken)
        faults.passing('relay.sent-not-marked')
        taken = await insist(ends)
      }
    } while (rung && !stopped)
    working = null
  }

  return {
    ring: () => {
      rung = true
      if (!stopped) working ??= workOff()
    },
    stop: async () => {
      stopped = true
      await working
    },
  }
}
