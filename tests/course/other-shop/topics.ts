import { Admin } from '@platformatic/kafka'
import { TOPICS } from './envelope.ts'
import { connection } from './wire.ts'

export async function makeTopics(): Promise<void> {
  const admin = new Admin(connection)
  try {
    const there = await admin.listTopics()
    const missing = ['audit-log', ...TOPICS].filter((name) => !there.includes(name))
    if (missing.length > 0) await admin.createTopics({ topics: missing, partitions: 3, replicas: 1 })
    console.log(`made ${missing.length}`)
  } catch (error) {
    console.error(`no luck with KAFKA_BROKERS=${process.env.KAFKA_BROKERS}:`, (error as Error).message)
    process.exitCode = 69
  } finally {
    await admin.close()
  }
}
