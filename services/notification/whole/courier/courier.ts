import { withDeadline } from '../../../../kit/kafka/deadline.ts'
import type { Parts } from '../../../../kit/service/parts.ts'
import type { Background } from '../../../../kit/service/spec.ts'
import type { Personal } from '../../../contracts/sealed.ts'
import type { Way } from '../../domain.ts'
import type { Channel } from '../channels/channel.ts'
import type { MessageMetrics } from '../metrics.ts'
import { createQueue, type End } from '../queue.ts'
import type { WholeTables } from '../tables.ts'
import type { Contacts } from './contacts.ts'
import { createLane, type Lane } from './lane.ts'
import type { Patience } from './outcome.ts'
import { createRound } from './round.ts'

export interface CourierOptions {
  readonly parts: Pick<Parts<WholeTables>, 'store' | 'owner' | 'faults' | 'log' | 'now'>
  readonly channels: Readonly<Record<Way, Channel>>
  readonly printer: Channel
  /** null: nobody's address can be had. */
  readonly contacts: Contacts | null
  readonly admin: Personal | null
  readonly patience: Patience
  readonly metrics: MessageMetrics
  /** From 0 up to 1. */
  readonly random: () => number
}

export interface Courier extends Background {
  start(): void
  /** A message for this channel was just committed. */
  ring(way: Way): void
}

const lookEveryMs = 1_000
const stopWithinMs = 900

/**
 * Brings messages out, each channel for itself: a slow or dead one holds up neither the others nor the events. The table is the truth, and a ring only a
 * short cut: whatever is due (a try, the end of quiet hours) is found within a second.
 */
export const createCourier = (options: CourierOptions): Courier => {
  const { parts, channels, metrics } = options
  const { store, owner, log, now } = parts
  const queue = createQueue(store)
  const lanes = new Map<Way, Lane>()
  let timer: NodeJS.Timeout | undefined
  let isRunning = false

  const onFailure = (error: unknown): void => log.warn({ error: String(error) }, 'messages cannot be worked on yet')
  const onEnds = (ends: readonly End[]): void => {
    metrics.ended(ends)
    for (const { message, status, reason, tried } of ends) {
      if (status === 'FAILED') log.warn({ id: message.id, reason }, 'message given up')
      else if (status === 'WAITING' && tried)
        log.info({ id: message.id, reason }, 'message not delivered; it is tried again')
    }
  }

  const laneOf = (way: Way): Lane => {
    const round = createRound({ ...options, channel: channels[way], queue, now })
    return createLane({ ...parts, way, queue, round, atOnce: channels[way].atOnce, onEnds, onFailure })
  }

  const look = async (): Promise<void> => {
    for (const way of await queue.due([...lanes.keys()], now())) lanes.get(way)?.ring()
  }
  const lookAgain = (): void => {
    if (isRunning) timer = setTimeout(() => void look().catch(onFailure).finally(lookAgain), lookEveryMs)
  }
  const begin = async (): Promise<void> => {
    await queue.release(owner, now())
    await look()
  }

  return {
    start: () => {
      isRunning = true
      for (const way of Object.keys(channels) as Way[]) lanes.set(way, laneOf(way))
      void begin().catch(onFailure).finally(lookAgain)
    },
    ring: (way) => lanes.get(way)?.ring(),
    stop: async () => {
      isRunning = false
      clearTimeout(timer)
      const done = Promise.all([...lanes.values()].map((lane) => lane.stop()))
      for (const channel of [...Object.values(channels), options.printer]) channel.close()
      await withDeadline(done, stopWithinMs, () => [])
    },
  }
}
