import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, Producer, TopicMessages } from 'kafkajs'
import { type BusOptions, KafkaFault, type OutgoingRecord } from './bus.ts'
import { type Client, createClient, hangUp, METADATA_MAX_AGE_MS, REQUEST_TIMEOUT_MS, RETRY } from './client.ts'
import { withDeadline } from './deadline.ts'
import { faultFrom } from './fault.ts'
import { fastPartitioner } from './partitioner.ts'
import { createSendQueue } from './send-queue.ts'

export interface Sender {
  send(records: readonly OutgoingRecord[]): Promise<void>
  close(deadlineMs: number): Promise<void>
}

interface Line extends Client {
  readonly producer: Producer
}

/** Before each try of one request; the first goes at once. */
const PAUSES_MS = [0, 50, 100, 200]

/** Faults that the broker's answer makes certain: a lone record that got one is not in the log. */
const CERTAIN = new Set<KafkaFault['code']>(['unknown-topic', 'not-authorized', 'too-large'])

/**
 * The producer behind `send`: not idempotent, one request in flight. After any failure it is thrown away and the next
 * send makes a new one, because kafkajs keeps using a half-dead connection and asks for ever after topics that are gone.
 */
export function createSender(options: BusOptions): Sender {
  let line: Promise<Line> | null = null
  let closed = false

  /** The line of the moment, or the fault for which there is none; kafkajs was patient about that already. */
  async function connected(doing: string): Promise<Line> {
    line ??= connect(options)
    try {
      return await line
    } catch (error) {
      line = null
      throw faultFrom(error, doing)
    }
  }

  async function attempt(current: Line, records: readonly OutgoingRecord[]): Promise<KafkaFault | null> {
    try {
      const timeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
      await current.producer.sendBatch({ acks: -1, timeout, topicMessages: byTopic(records) })
      return null
    } catch (error) {
      line = null
      void hangUp(current, () => current.producer.disconnect(), 1_000)
      const { code } = faultFrom(error, '')
      const certain = code === 'unknown-topic' || (records.length === 1 && CERTAIN.has(code))
      return faultFrom(error, sending(records), !certain)
    }
  }

  async function transmit(records: readonly OutgoingRecord[]): Promise<void> {
    let earlier: KafkaFault | null = null
    for (const pause of PAUSES_MS) {
      if (closed) throw closedFault()
      if (earlier) await sleep(pause)
      const current = await connected(sending(records)).catch((fault) => Promise.reject(earlier ?? fault))
      const fault = await attempt(current, records)
      if (fault === null) return
      // A connection that broke while nobody looked, a leader that moved or is not elected yet: once more, on a new line.
      if (fault.code !== 'unreachable') throw earlier?.indefinite ? indefinitely(fault) : fault
      earlier = fault
    }
    throw earlier
  }

  const queue = createSendQueue(transmit)
  return {
    send: (records) => (closed ? Promise.reject(closedFault()) : queue.send(records)),
    close: async (deadlineMs) => {
      await withDeadline(queue.idle(), deadlineMs, () => undefined)
      closed = true
      const current = await line?.catch(() => null)
      if (current) await hangUp(current, () => current.producer.disconnect(), deadlineMs)
    },
  }
}

async function connect(options: BusOptions): Promise<Line> {
  const client = createClient(options)
  const producer = client.kafka.producer({
    createPartitioner: fastPartitioner,
    allowAutoTopicCreation: false,
    idempotent: false,
    maxInFlightRequests: 1,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    // Tries again are ours: kafkajs would make them on the connection that just failed it.
    retry: { ...RETRY, retries: 0 },
  })
  try {
    await producer.connect()
  } catch (error) {
    client.sockets.destroy()
    throw error
  }
  return { ...client, producer }
}

function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>()
  for (const { topic, key, value, headers } of records) {
    const message: Message =
      headers === undefined ? { key, value } : { key, value, headers: headers as Message['headers'] & {} }
    const messages = topics.get(topic)
    if (messages) messages.push(message)
    else topics.set(topic, [message])
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }))
}

function sending(records: readonly OutgoingRecord[]): string {
  const topics = [...new Set(records.map((record) => record.topic))]
  return `send ${records.length} record${records.length === 1 ? '' : 's'} to ${topics.slice(0, 5).join(', ')}`
}

const indefinitely = ({ code, message, retriable, cause }: KafkaFault): KafkaFault =>
  new KafkaFault(code, message, { retriable, cause, indefinite: true })

const closedFault = (): KafkaFault => new KafkaFault('closed', 'This bus was closed; nothing can be sent any more.')
