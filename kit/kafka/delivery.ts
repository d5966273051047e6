import type { EachBatchPayload } from 'kafkajs'
import type { ConsumeOptions, LogRecord } from './bus.ts'
import type { Commits } from './commits.ts'
import { FetchedRecord } from './record.ts'

/** What the deliveries of one consumer's life share. */
export interface Membership {
  /** Counts the assignments: a batch of an earlier one is another member's now. */
  epoch: number
  /** Why the group does not count this member in any more, until it joins again. */
  lost: unknown
  stopping: boolean
  /** Batches whose handler is at work. */
  readonly atWork: Set<EachBatchPayload>
  /** Topics of the assignment. */
  topics: readonly string[]
  /** Called when the last handler at work returned. */
  onRest: () => void
}

export const createMembership = (): Membership => ({
  epoch: 0,
  lost: null,
  stopping: false,
  atWork: new Set(),
  topics: [],
  onRest: () => {},
})

/** Resolves when no handler is at work. */
export function atRest(membership: Membership): Promise<void> {
  if (membership.atWork.size === 0) return Promise.resolve()
  return new Promise((resolve) => {
    membership.onRest = resolve
  })
}

export interface DeliveryRoom {
  readonly membership: Membership
  readonly commits: Commits | null
  readonly onRecords: ConsumeOptions['onRecords']
  /** Awaited before kafkajs fetches again. */
  readonly rest: () => Promise<void> | undefined
  /** The handler threw: hold the partition back, its records come again. */
  readonly onThrow: (topic: string, partition: number, error: unknown) => void
}

/**
 * The shell between kafkajs and a handler. Nothing that a handler throws gets through: kafkajs would end the consumer for
 * a TypeError and rejoin the group for anything else. What does get through is the group's word that this member is out, which
 * makes kafkajs join again.
 */
export async function deliver(payload: EachBatchPayload, room: DeliveryRoom): Promise<void> {
  const { membership, commits } = room
  const { batch } = payload
  if (membership.stopping) return
  const { isCurrent, sawEnd } = currency(payload, membership)
  membership.atWork.add(payload)
  let done = false
  try {
    const { topic, partition } = batch
    const records: LogRecord[] = batch.messages.map((message) => new FetchedRecord(topic, partition, message))
    await room.onRecords({ topic, partition, records, isCurrent })
    done = !sawEnd()
  } catch (error) {
    room.onThrow(batch.topic, batch.partition, error)
  } finally {
    membership.atWork.delete(payload)
  }
  if (done) resolve(payload, commits)
  if (membership.atWork.size === 0) membership.onRest()
  if (membership.lost !== null) {
    await commits?.flush() // still welcome while the group waits for its members
    throw membership.lost
  }
  if (!membership.stopping) await room.rest()
}

/** `sawEnd`: the handler was told that the rest is another's, or the batch is of an assignment gone by; it does not count as done. */
function currency(payload: EachBatchPayload, membership: Membership) {
  const { epoch } = membership
  let told = false
  const isCurrent = (): boolean => {
    const { stopping, lost } = membership
    const current =
      !stopping && lost === null && membership.epoch === epoch && payload.isRunning() && !payload.isStale()
    told ||= !current
    return current
  }
  return { isCurrent, sawEnd: () => told || membership.epoch !== epoch || payload.isStale() }
}

function resolve({ batch, resolveOffset }: EachBatchPayload, commits: Commits | null): void {
  const last = batch.lastOffset()
  resolveOffset(last)
  commits?.note(batch.topic, batch.partition, BigInt(last) + 1n)
}
