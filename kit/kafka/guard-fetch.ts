import { createRequire } from 'node:module'
import { FetchSession, type SessionQuestion, type Wanted } from './fetch-session.ts'

interface FetchOptions {
  readonly topics: readonly Wanted[]
}

interface PartitionAnswer {
  readonly messages: readonly unknown[]
  /** -1: none. */
  readonly preferredReadReplica?: number
}

interface FetchAnswer {
  readonly errorCode: number
  readonly sessionId: number
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly PartitionAnswer[] }[]
}

/** The part of kafkajs' Broker that the guard touches. One consumer has a Broker of its own for each node. */
interface Broker {
  /** What the node speaks; null before it was asked. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null
  readonly connectionPool: { send(request: unknown): Promise<FetchAnswer> }
  lookupRequest(apiKey: number, definitions: unknown): (fields: object) => unknown
  disconnect(): Promise<void>
  fetch(options: FetchOptions): Promise<FetchAnswer>
}

/** Kafka's number for fetch, and the first version of it that knows sessions (Kafka 1.1). */
const FETCH = 1
const WITH_SESSIONS = 7
/** kafkajs' own figure, bytes an answer. */
const MAX_BYTES = 10_485_760

/**
 * kafkajs names every partition in each fetch and takes an empty batch for each through a worker, a heartbeat and 64-bit
 * arithmetic: for a service that reads a dozen topics that is most of the price of a small batch. Here fetches go on in a session
 * of the broker's, and what has no records ends here.
 */
export function fetchInSessions(): void {
  const load = createRequire(import.meta.url)
  const { prototype } = load('kafkajs/src/broker') as { prototype: Broker }
  const requests = load('kafkajs/src/protocol/requests') as { requests: { Fetch: unknown } }
  const errors = load('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error }
  const shuffle = load('kafkajs/src/utils/shuffle') as <T>(all: readonly T[]) => T[]
  const withoutSession = prototype.fetch
  const sessions = new WeakMap<Broker, FetchSession>()

  const send = async (broker: Broker, options: FetchOptions, { topics, ...question }: SessionQuestion) => {
    const request = broker.lookupRequest(FETCH, requests.requests.Fetch)
    try {
      // In any order: the broker fills its answer from the first partition on, and later moves those that were answered to the end.
      const shuffled = shuffle(topics.map((one) => ({ ...one, partitions: shuffle(one.partitions) })))
      return await broker.connectionPool.send(
        request({ maxBytes: MAX_BYTES, ...options, ...question, topics: shuffled }),
      )
    } catch (error) {
      if ((error as Error).name === 'KafkaJSConnectionClosedError') await broker.disconnect()
      throw error
    }
  }

  const sendInSession = async (broker: Broker, options: FetchOptions, session: FetchSession): Promise<FetchAnswer> => {
    const first = await send(broker, options, session.ask(options.topics))
    if (first.errorCode === 0) return first
    // The broker was started anew, or gave the place to another.
    session.failed()
    const second = await send(broker, options, session.ask(options.topics))
    if (second.errorCode === 0) return second
    throw errors.createErrorFromCode(second.errorCode)
  }

  prototype.fetch = async function fetch(this: Broker, options: FetchOptions): Promise<FetchAnswer> {
    if ((this.versions?.[FETCH]?.maxVersion ?? 0) < WITH_SESSIONS) return withoutSession.call(this, options)
    const session = sessions.get(this) ?? new FetchSession()
    sessions.delete(this) // whoever else fetches meanwhile begins a session of its own
    try {
      const answer = await sendInSession(this, options, session)
      session.answered(answer.sessionId)
      return withoutEmpty(answer)
    } catch (error) {
      session.failed()
      throw error
    } finally {
      sessions.set(this, session)
    }
  }
}

function withoutEmpty(answer: FetchAnswer): FetchAnswer {
  const says = ({ messages, preferredReadReplica = -1 }: PartitionAnswer) =>
    messages.length > 0 || preferredReadReplica >= 0
  return {
    ...answer,
    responses: answer.responses.map((one) => ({ ...one, partitions: one.partitions.filter(says) })),
  }
}
