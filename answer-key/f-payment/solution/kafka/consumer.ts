import { setTimeout } from 'node:timers/promises'
import { checkOrder, type ShopEvent } from '../shared/events.ts'
import { beforeStop } from '../shared/service.ts'
import { kafka } from './client.ts'

export type Handlers = Record<string, (event: ShopEvent) => Promise<void>>

/** Reads the handlers' topics as a member of a consumer group, one message at a time. */
export async function consume(groupId: string, handlers: Handlers) {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 1000, maxWaitTimeInMs: 250 })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    console.error(`${groupId} stopped reading: ${payload.error.message}`)
    // kafkajs starts again after most errors. A process that looks healthy and reads nothing is worse than none.
    if (!payload.restart) process.exit(1)
  })
  const handled = new Set<string>()

  const start = async () => {
    // lab:begin F
    await consumer.connect()
    // A group that has never committed an offset starts with the oldest message: what came before us is paid too.
    await consumer.subscribe({ topics: Object.keys(handlers), fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const event = readEvent(message.value)
        // Kafka may deliver a message again. An order passes each topic once, so the second time is a repetition.
        const key = `${topic} ${event?.data.orderId}`
        if (event === undefined)
          console.error(`Skipped ${topic}[${partition}] offset ${message.offset}: no order in it`)
        else if (!handled.has(key)) await handlers[topic](event)
        handled.add(key)
        // Only now, after the work, does the group note how far it is. The offset is that of the next message.
        await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
      },
    })
    // lab:else
    // // 1. Connect. 2. Subscribe to the topics, from the beginning. 3. Run: for each message, read the event, call its
    // // handler, then commit the offset of the next message.
    // throw new Error('part F: not written yet')
    // lab:end
  }

  const running = retry(start, `${groupId} cannot read ${Object.keys(handlers)} yet`)
  beforeStop(async () => {
    await running
    await consumer.disconnect()
  })
  await running
  console.log(`${groupId} reads ${Object.keys(handlers).join(', ')}`)
}

/** The event in a message, or undefined where there is none: we do not choose what others write to a topic. */
function readEvent(value: Buffer | null): ShopEvent | undefined {
  // lab:begin F
  try {
    const event = JSON.parse(String(value))
    checkOrder(event?.data)
    return event
  } catch {
    return undefined
  }
  // lab:else
  // // JSON.parse and checkOrder throw. What then?
  // throw new Error('part F: not written yet')
  // lab:end
}

/** Kafka or a topic may not be there yet: the service waits for it instead of giving up. */
async function retry(work: () => Promise<void>, problem: string) {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      console.error(`${problem}: ${(error as Error).message}`)
      await setTimeout(1000)
    }
  }
}
