import express from 'express'
import { type EachMessagePayload, Kafka } from 'kafkajs'

/**
 * A service as a tutorial writes it: kafkajs `eachMessage`, one send a message, no store. `node tutorial-service.ts <brokers> <prefix> <name> [port]`.
 * The order service notes when each order ends, in memory, and tells at GET /ends.
 */
const [brokers = '', prefix = '', name = '', port] = process.argv.slice(2)
const kafka = new Kafka({ clientId: name, brokers: brokers.split(','), logLevel: 1 })
const producer = kafka.producer()
const consumer = kafka.consumer({ groupId: `${prefix}-${name}`, maxWaitTimeInMs: 250 })
const ends = new Map<string, number>()
const named = (topic: string): string => `${prefix}-${topic}`

const publish = (topic: string, data: { orderId: string }): Promise<unknown> =>
  producer.send({
    topic: named(topic),
    messages: [
      {
        key: data.orderId,
        value: JSON.stringify({
          eventId: `${topic}.${data.orderId}`,
          eventType: topic,
          timestamp: new Date().toISOString(),
          data,
        }),
      },
    ],
  })

const next: Readonly<Record<string, { from: string; to?: string }>> = {
  order: { from: 'stock-reserved' },
  payment: { from: 'order-created', to: 'payment-success' },
  inventory: { from: 'payment-success', to: 'stock-reserved' },
  notification: { from: 'stock-reserved' },
}

await producer.connect()
await consumer.connect()
const { from, to } = next[name]!
await consumer.subscribe({ topic: named(from), fromBeginning: true })
const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
await consumer.run({
  eachMessage: async ({ message }: EachMessagePayload) => {
    const { data } = JSON.parse(message.value!.toString())
    if (to !== undefined) await publish(to, data)
    if (name === 'order') ends.set(data.orderId, performance.timeOrigin + performance.now())
  },
})
await joined
if (port !== undefined) {
  const app = express()
  app.use(express.json())
  app.post('/api/orders', async (request, response) => {
    const order = { ...request.body, orderId: crypto.randomUUID() }
    await publish('order-created', order)
    response.status(202).json({ orderId: order.orderId, status: 'PENDING', message: 'Order Created' })
  })
  app.get('/ends', (_, response) => void response.json([...ends]))
  await new Promise<void>((resolve) => app.listen(Number(port), '127.0.0.1', () => resolve()))
}
process.stdout.write('ready\n')
process.once('SIGTERM', async () => {
  await consumer.disconnect()
  await producer.disconnect()
  process.exitCode = 0
  setImmediate(() => process.kill(process.pid, 'SIGKILL'))
})
