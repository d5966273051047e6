import { setTimeout as pause } from 'node:timers/promises'
import type { Bus } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'

const deadlineMs = 12_000

/** Runs one errand against Kafka. What fails, or takes more than 12 s, ends with exit code 1 and the broker's address. */
export const openBus = async (name: string, errand: (bus: Bus) => Promise<void>): Promise<void> => {
  const address = process.env.KAFKA_BROKERS || 'localhost:9092'
  const bus = createBus({ brokers: address.split(','), clientId: name, log: () => undefined })
  const alarm = new AbortController()
  const late = pause(deadlineMs, undefined, { signal: alarm.signal }).then(
    () => Promise.reject(new Error(`no answer within ${deadlineMs / 1000} s`)),
    () => undefined,
  )
  try {
    await Promise.race([errand(bus), late])
  } catch (error) {
    process.stderr.write(`${name}: Kafka at ${address}: ${(error as Error).message}\n`)
    process.exitCode = 1
  } finally {
    alarm.abort()
    await bus.close()
  }
}
