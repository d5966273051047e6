import type { Consumer, EachBatchPayload } from 'kafkajs'
import type { BusOptions, ConsumeOptions, KafkaFault } from './bus.ts'
import { type Client, createClient, hangUp, METADATA_MAX_AGE_MS, RETRY } from './client.ts'
import { type Commits, createCommits } from './commits.ts'
import { atRest, createMembership, type DeliveryRoom, deliver, type Membership } from './delivery.ts'
import { faultFrom } from './fault.ts'
import type { Log } from './log.ts'
import { createPulse } from './pulse.ts'
import { createRest } from './rest.ts'

export type Assignment = Readonly<Record<string, readonly number[]>>

export interface SessionOptions {
  readonly bus: BusOptions
  readonly consume: ConsumeOptions
  readonly group: string
  /** At least the number of partitions: a slow partition must not keep the others of its fetch waiting for a worker. */
  readonly concurrency: number
  readonly log: Log
  readonly onJoin: (assignment: Assignment) => void
  /** A heartbeat or a fetch came back. */
  readonly onContact: () => void
  readonly onThrow: (topic: string, partition: number, error: unknown) => void
  /** This life is over; `again` says whether another may fare better. Told once, and never after `stop`. */
  readonly onEnd: (fault: KafkaFault, again: boolean) => void
}

/** One life of a kafkajs consumer, from connect to its end. */
export interface Session {
  readonly consumer: Consumer
  /** Lets handlers finish, commits, leaves the group; after `deadlineMs` the connections are cut. */
  stop(deadlineMs: number): Promise<void>
}

const REBALANCE_TIMEOUT_MS = 60_000

export function startSession(options: SessionOptions): Session {
  const { consume, group } = options
  const client = createClient(options.bus, options.log)
  const crash = { retriable: false }
  const { consumer, timings } = createConsumer(client, options, crash)
  const membership = createMembership()
  let latest: EachBatchPayload | null = null
  let ended = false

  const commits = createCommits(
    async (offsets) => {
      if (latest === null) return
      await consume.beforeCommit?.()
      await latest.commitOffsetsIfNecessary(offsets)
      consume.onCommitted?.()
    },
    (error) => options.log({ level: 'debug', message: `A commit of group ${group} failed: ${String(error)}` }),
  )
  const end = (error: unknown, again: boolean): void => {
    if (ended || membership.stopping) return
    ended = true
    pulse.stop()
    membership.epoch++
    void hangUp(client, () => consumer.disconnect(), 1_000)
    const fault = faultFrom(error, `consume as group ${group}`)
    options.onEnd(fault, again || fault.retriable)
  }
  const onSilence = (): void => end(new Error(`no heartbeat of group ${group} came back in time`), true)
  const pulse = createPulse({ consumer, membership, ...timings, onContact: options.onContact, onSilence })
  followGroup(consumer, membership, commits, options.onJoin)
  consumer.on(consumer.events.CRASH, ({ payload }) => end(payload.error, crash.retriable))

  const { onRecords } = consume
  const room: DeliveryRoom = {
    ...{ membership, onRecords, onThrow: options.onThrow },
    commits: consume.commit === false ? null : commits,
    rest: createRest(consume.restMs ?? (() => 0)),
  }
  const eachBatch = (payload: EachBatchPayload): Promise<void> => {
    latest = payload
    return deliver(payload, room)
  }
  run(consumer, options, eachBatch).catch((error) => end(error, false))

  return {
    consumer,
    stop: (deadlineMs) => {
      membership.stopping = true
      pulse.stop()
      return hangUp(client, () => finish(consumer, membership, commits), deadlineMs)
    },
  }
}

/** Every join gives the partitions out anew: what was noted for the old ones is not this member's to commit. */
function followGroup(
  consumer: Consumer,
  membership: Membership,
  commits: Commits,
  onJoin: SessionOptions['onJoin'],
): void {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    membership.epoch++
    membership.lost = null
    membership.topics = Object.keys(payload.memberAssignment)
    commits.forget()
    onJoin(payload.memberAssignment as Assignment)
  })
}

/** Nothing new is fetched, what is at work ends, its offsets are committed, and the group is left. */
async function finish(consumer: Consumer, membership: Membership, commits: Commits): Promise<void> {
  if (membership.topics.length > 0) consumer.pause(membership.topics.map((topic) => ({ topic })))
  await atRest(membership)
  await commits.flush()
  await consumer.disconnect()
}

function createConsumer({ kafka }: Client, { consume, group }: SessionOptions, crash: { retriable: boolean }) {
  const sessionTimeout = consume.sessionTimeoutMs ?? 10_000
  const timings = {
    heartbeatInterval: consume.heartbeatIntervalMs ?? Math.floor(sessionTimeout / 3),
    maxWaitTimeInMs: consume.maxWaitMs ?? 250,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
  }
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout,
    ...timings,
    minBytes: consume.minBytes ?? 1,
    ...(consume.maxBytesPerPartition === undefined ? {} : { maxBytesPerPartition: consume.maxBytesPerPartition }),
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    // Our consumption starts the next life itself, so that every end takes one path; kafkajs only says that it would have.
    retry: {
      ...RETRY,
      restartOnFailure: async () => {
        crash.retriable = true
        return false
      },
    },
  })
  return { consumer, timings }
}

async function run(
  consumer: Consumer,
  { consume, concurrency }: SessionOptions,
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({ topics: [...consume.topics], fromBeginning: consume.from !== 'latest' })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: concurrency,
    eachBatch,
  })
}
