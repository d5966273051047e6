import { isExhausted, type RetryPolicy, retryDelay } from '../../../../kit/service/retry-policy.ts'
import type { Delivery } from '../channels/channel.ts'
import type { End, Stored } from '../queue.ts'

export interface Patience extends RetryPolicy {
  /** No delay is longer, in ms. */
  readonly longestMs: number
}

/** Whatever keeps us from even trying (identity, our own database) is asked again after about so long, as often as it takes. */
const obstacleMs = 4_000

interface Moment {
  readonly now: number
  /** From 0 up to 1. */
  readonly random: () => number
}

const later = ({ now, random }: Moment, policy: Patience, attempts: number): number =>
  now + Math.min(retryDelay(policy, attempts, random), policy.longestMs)

/** What a try makes of a message: sent, another try after a growing, jittered delay, or given up with the reason. */
export const afterTry = (message: Stored, delivery: Delivery, policy: Patience, moment: Moment): End => {
  const end = { message, dueAt: moment.now, tried: true }
  if (delivery.outcome === 'sent') return { ...end, status: 'SENT', reason: null }
  const { outcome, reason } = delivery
  const attempts = message.attempts + 1
  if (outcome === 'lasting') return { ...end, status: 'FAILED', reason }
  if (isExhausted(policy, attempts))
    return { ...end, status: 'FAILED', reason: `given up after ${attempts} tries: ${reason}` }
  return { ...end, status: 'WAITING', reason, dueAt: later(moment, policy, attempts) }
}

/** It could not be tried: that is nobody's attempt. */
export const afterObstacle = (message: Stored, reason: string, { now, random }: Moment): End => ({
  message,
  status: 'WAITING',
  reason,
  dueAt: now + Math.round(obstacleMs / 2 + (random() * obstacleMs) / 2),
  tried: false,
})

export const dropped = (message: Stored, reason: string, now: number): End => ({
  message,
  status: 'DROPPED',
  reason,
  dueAt: now,
  tried: false,
})

export const postponed = (message: Stored, until: number, reason: string): End => ({
  message,
  status: 'WAITING',
  reason,
  dueAt: until,
  tried: false,
})
