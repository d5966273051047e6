import { text } from 'node:stream/consumers'
import { address } from '../kafka/client.ts'
import { producer, toMessage } from '../kafka/producer.ts'
import { checkOrder } from './events.ts'

const batchSize = 200
const batch: { topic: string; messages: ReturnType<typeof toMessage>[] }[] = []
let stored = 0

/** Sends what has been collected and waits until Kafka has stored it. */
async function flush() {
  // producer.sendBatch sends many messages in one request.
  throw new Error('part D: not written yet')
}

try {
  await producer.connect()
  for (const [index, line] of (await text(process.stdin)).split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      const { topic, event } = JSON.parse(line) ?? {}
      checkOrder(event?.data)
      batch.push({ topic, messages: [toMessage(event)] })
    } catch (error) {
      console.error(`line ${index + 1} was not sent: ${(error as Error).message}`)
      process.exitCode = 1
    }
    if (batch.length === batchSize) await flush()
  }
  await flush()
  console.log(`Kafka has stored ${stored} events`)
} catch (error) {
  console.error(`Not all events were sent to Kafka at ${address}: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await producer.disconnect()
}
