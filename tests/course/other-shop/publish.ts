import { text } from 'node:stream/consumers'
import { fault } from './envelope.ts'
import { bootstrapBrokers, openProducer } from './wire.ts'

/** All lines in one transaction: everything arrives or nothing does. Its marker takes an offset in each partition. */
export async function publish(): Promise<void> {
  const lines = (await text(process.stdin)).split('\n').filter((line) => line.trim() !== '')
  const producer = openProducer()
  try {
    const messages = lines.map((line, index) => {
      const { topic, event } = JSON.parse(line) as { topic: string; event: { data: { orderId: string } } }
      const field = fault(event.data)
      if (field !== undefined) throw new Error(`line ${index + 1}: ${field}; nothing was sent`)
      return { topic, key: event.data.orderId, value: JSON.stringify(event) }
    })
    if (messages.length === 0) return
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages })
    await transaction.commit()
    console.log(`${messages.length} sent`)
  } catch (error) {
    console.error(`nothing sent to ${bootstrapBrokers}:`, (error as Error).message)
    process.exitCode = 74
  } finally {
    await producer.close(true)
  }
}
