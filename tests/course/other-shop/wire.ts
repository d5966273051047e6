/** Kafka by another client than the answer's: batches out, batches in, commits when a batch is done. */
import { Consumer, type Message, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { type Data, type Envelope, unwrap } from './envelope.ts'

export const bootstrapBrokers = (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',').map((one) => one.trim())
export const connection = {
  clientId: `other-${process.pid}`,
  bootstrapBrokers,
  retries: 2,
  retryDelay: 300,
  connectTimeout: 2000,
}

export function openProducer() {
  return new Producer({ ...connection, serializers: stringSerializers, idempotent: true, autocreateTopics: false })
}

const producer = openProducer()
let sending: Promise<void> = Promise.resolve()

/** One send at a time: an idempotent producer counts its batches, and two under way at once can overtake each other. */
export function tell(envelopes: readonly Envelope[]): Promise<void> {
  const mine = sending.then(() => sendAll(envelopes))
  sending = mine.catch(() => {})
  return mine
}

async function sendAll(envelopes: readonly Envelope[]): Promise<void> {
  if (envelopes.length === 0) return
  const messages = envelopes.map((one) => ({
    topic: one.eventType,
    key: one.data.orderId,
    value: JSON.stringify(one, null, 1),
    headers: { 'content-type': 'application/json' },
  }))
  await producer.send({ messages, acks: -1 })
}

/** What an order on a topic leads to; asked once for each order and topic while the process lives. */
export type Decide = (data: Data, topic: string) => readonly Envelope[]

type Mail = Message<string, string, string, string>
const BATCH = 25
const pause = (ms: number) => new Promise((over) => setTimeout(over, ms))

/** Joins the group and works until it is told to stop. Resolves with the means to stop. */
export async function follow(groupId: string, topics: string[], decide: Decide): Promise<() => Promise<void>> {
  const consumer = new Consumer({
    ...connection,
    groupId,
    deserializers: stringDeserializers,
    autocommit: false,
    sessionTimeout: 6000,
    heartbeatInterval: 500,
    maxWaitTime: 200,
  })
  let waiting: Mail[] = []
  let busy: Promise<void> | undefined
  const known = new Set<string>()
  // After a rebalance everything that is not committed is fetched anew: what waits here would come twice.
  consumer.on('consumer:group:join', () => {
    waiting = []
  })

  const work = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH)
      const fresh = new Map<string, { data: Data; topic: string }>()
      for (const { value, topic } of batch) {
        const data = unwrap(value)
        if (data === undefined) console.log('\u001b[33mwarn\u001b[0m something else lies on', topic)
        else if (!known.has(`${topic}/${data.orderId}`)) fresh.set(`${topic}/${data.orderId}`, { data, topic })
      }
      await tell([...fresh.values()].flatMap(({ data, topic }) => decide(data, topic)))
      for (const key of fresh.keys()) known.add(key)
      await commitLast(consumer, batch)
    }
  }
  const stream = await joined(consumer, topics)
  stream.on('error', (error) => {
    console.error('\u001b[31mfatal\u001b[0m', error.message)
    process.exit(70)
  })
  stream.on('data', (mail: Mail) => {
    waiting.push(mail)
    busy ??= pause(5)
      .then(work)
      .finally(() => {
        busy = undefined
      })
  })
  return async () => {
    stream.pause()
    waiting = []
    await busy
    await stream.close()
    await consumer.close(true)
  }
}

async function joined(consumer: Consumer<string, string, string, string>, topics: string[]) {
  for (;;) {
    try {
      return await consumer.consume({ topics, mode: 'committed', fallbackMode: 'earliest' })
    } catch (error) {
      console.error('\u001b[33mwarn\u001b[0m not yet:', (error as Error).message)
      await pause(700)
    }
  }
}

/** Only for partitions that are still ours: another member may be further by now. */
async function commitLast(consumer: Consumer<string, string, string, string>, batch: readonly Mail[]): Promise<void> {
  const last = new Map(batch.map((mail) => [`${mail.topic}/${mail.partition}`, mail]))
  for (const mail of last.values()) {
    const ours = consumer.assignments?.find((one) => one.topic === mail.topic)?.partitions.includes(mail.partition)
    if (ours) await mail.commit()
  }
}
