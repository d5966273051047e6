import type { Kafka, KafkaConfig, SASLOptions } from 'kafkajs'
import type { BusOptions } from './bus.ts'
import { withDeadline } from './deadline.ts'
import { heartbeatThroughClockSteps } from './guard-clock.ts'
import { fetchInSessions } from './guard-fetch.ts'
import { stopIdleSpin } from './guard-spin.ts'
import { lookForTimeoutsLessOften } from './guard-timeouts.ts'
import { readZstd } from './guard-zstd.ts'
import kafkajs from './kafkajs.ts'
import { createLogCreator, type Log, logToStderr } from './log.ts'
import { createSockets, type Sockets } from './sockets.ts'

stopIdleSpin()
fetchInSessions()
heartbeatThroughClockSteps()
lookForTimeoutsLessOften()
readZstd()

/** Patient enough for a leader election (about 1.5 s in all), short enough that a caller hears of a dead broker. */
export const RETRY = { initialRetryTime: 50, multiplier: 2, factor: 0.2, maxRetryTime: 1_000, retries: 5 } as const

/** Partitions and leaders that changed are seen after this long at the latest; kafkajs would take five minutes. */
export const METADATA_MAX_AGE_MS = 15_000

export const REQUEST_TIMEOUT_MS = 10_000

/** One kafkajs client for one role (a producer, a consumer, the admin), with sockets that can be cut. */
export interface Client {
  readonly kafka: Kafka
  readonly sockets: Sockets
}

export function createClient(options: BusOptions, log: Log = options.log ?? logToStderr): Client {
  const sockets = createSockets()
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: options.connectTimeoutMs ?? 3_000,
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: createLogCreator(log),
    socketFactory: sockets.open,
  }
  if (options.sasl) config.sasl = options.sasl as SASLOptions
  if (options.ssl) config.ssl = options.ssl === true ? true : options.ssl.ca === undefined ? {} : { ca: options.ssl.ca }
  return { kafka: new kafkajs.Kafka(config), sockets }
}

/** Disconnects politely for as long as `deadlineMs`, then cuts: kafkajs waits for answers that may never come. Never rejects. */
export async function hangUp(client: Client, polite: () => Promise<void>, deadlineMs: number): Promise<void> {
  try {
    await withDeadline(polite(), deadlineMs, () => undefined)
  } catch {
    // It was to end, and it ends below.
  }
  client.sockets.destroy()
}
