import { type Bus, KafkaFault, type KafkaFaultCode } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { brokerStatus } from '../broker/lab-broker.ts'
import { type Context, LabError } from '../command.ts'

/** Gives `work` a bus to the broker that runs, and closes it afterwards. Faults of Kafka become errors that name the remedy. */
export async function withBus<T>(ctx: Context, work: (bus: Bus) => Promise<T>): Promise<T> {
  const { brokers, running, reason } = await brokerStatus(ctx)
  if (!running || brokers === null) {
    const where = brokers === null ? '' : ` at ${brokers} (${reason})`
    throw new LabError('no-broker', `No Kafka answers${where}.`, START)
  }
  return onBus(ctx, brokers.split(','), work)
}

const START = "'lab up' starts a broker, 'lab demo' a broker and the shop. For another cluster, set KAFKA_BROKERS."

const ONE_COMPLAINT_MS = 10_000

/** The same for a broker that is known. */
export async function onBus<T>(ctx: Context, brokers: readonly string[], work: (bus: Bus) => Promise<T>): Promise<T> {
  // A broker that goes away makes the client complain many times a second; the first complaint of a while says it all.
  let silentUntil = 0
  const bus = createBus({
    brokers,
    clientId: 'lab',
    log: ({ level, message }) => {
      if (!ctx.verbose && (level !== 'error' || performance.now() < silentUntil)) return
      silentUntil = performance.now() + ONE_COMPLAINT_MS
      ctx.err.line(ctx.paint.faint(`kafka: ${message}`))
    },
  })
  try {
    return await work(bus)
  } catch (error) {
    throw inPlainWords(error)
  } finally {
    await bus.close()
  }
}

const REMEDIES: Partial<Record<KafkaFaultCode, string>> = {
  unreachable: START,
  timeout: "Is the broker overloaded or frozen? 'lab status' tells whether it answers.",
  'unknown-topic': "'lab topics' lists those that exist.",
  'not-authorized': 'Give this user the missing right, or use another user.',
  'group-active': "Stop the group's members first: 'lab down' ends the lab's own services.",
}
const USAGE: readonly KafkaFaultCode[] = ['unknown-topic', 'group-active']

function inPlainWords(error: unknown): unknown {
  if (!(error instanceof KafkaFault)) return error
  const exit = USAGE.includes(error.code) ? 2 : 3
  return new LabError(error.code, error.message, REMEDIES[error.code] ?? '', { exit, cause: error })
}

/** Resolves when the reader presses Ctrl-C. */
export function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
