import type { Consumer } from 'kafkajs'
import type { Membership } from './delivery.ts'
import { createWatchdog } from './watchdog.ts'

export interface PulseOptions {
  readonly consumer: Consumer
  readonly membership: Membership
  readonly heartbeatInterval: number
  readonly maxWaitTimeInMs: number
  readonly rebalanceTimeout: number
  /** A heartbeat, a join or a fetch came back. */
  readonly onContact: () => void
  /** No heartbeat for three intervals more than there should be: kafkajs has lost its way without noticing. */
  readonly onSilence: () => void
}

/** Kafka's numbers for the requests that say how a member fares. */
const FETCH = 1
const FIND_COORDINATOR = 10

/**
 * Two things that kafkajs does between batches only: heartbeats while handlers are at work, and noticing that heartbeats stopped.
 * The group's refusal of a heartbeat becomes `membership.lost`, which ends the batches at hand.
 */
export function createPulse(options: PulseOptions): { stop(): void } {
  const { consumer, membership, heartbeatInterval } = options
  const periodMs = Math.max(50, heartbeatInterval / 2)
  const member = createWatchdog(3 * heartbeatInterval + options.maxWaitTimeInMs + periodMs, periodMs)
  // A join waits for every other member to come back, so it may last as long as the group allows.
  const joiner = createWatchdog(options.rebalanceTimeout + 5_000, periodMs)
  let joining = true

  const contact = (): void => {
    member.contact()
    options.onContact()
  }
  const off = [
    consumer.on(consumer.events.HEARTBEAT, contact),
    consumer.on(consumer.events.GROUP_JOIN, () => {
      joining = false
      contact()
    }),
    consumer.on(consumer.events.REQUEST, ({ payload }) => {
      if (payload.apiKey === FETCH) options.onContact()
      if (payload.apiKey === FIND_COORDINATOR) {
        joining = true
        joiner.contact()
      }
    }),
  ]
  const timer = setInterval(() => {
    if (membership.atWork.size > 0) void beat(membership)
    if (joining ? joiner.isSilent() : member.isSilent()) options.onSilence()
    if (joining) member.contact()
  }, periodMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      for (const remove of off) remove()
    },
  }
}

const OUT = new Set(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'NOT_COORDINATOR_FOR_GROUP'])

async function beat(membership: Membership): Promise<void> {
  const [payload] = membership.atWork
  try {
    await payload?.heartbeat()
  } catch (error) {
    if (OUT.has((error as { type?: string }).type ?? '')) membership.lost = error
    // Anything else (a connection that broke) is met again by the fetch after this batch.
  }
}
