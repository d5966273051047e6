import type { LogRecord } from '../kafka/bus.ts'
import { type Consumption, KafkaFault } from '../kafka/bus.ts'
import { createBatcher } from './batcher.ts'
import type { Decide } from './decision.ts'
import { deliveriesOf, retriesOf } from './deliveries.ts'
import type { AnyEnvelope, EventReader } from './envelope.ts'
import type { Parts } from './parts.ts'
import type { States } from './plan.ts'
import { createProcessor, type Outcome, type ProcessorOptions, type Repository } from './processor.ts'
import { createRetrier } from './retrier.ts'
import { createIntake } from './switches/intake.ts'

/** What a service consumes, and what it makes of it. */
export interface Subscription<DB, E extends AnyEnvelope, S, Out, W extends States<E, S>> {
  readonly group: string
  readonly topics: readonly string[]
  /** Nobody waits for what comes of an event: records gather at the broker for up to a quarter of a second and are worked off together. Default: each at once. */
  readonly unhurried?: boolean
  readonly read: EventReader<E>
  readonly keyOf: (event: E) => string
  readonly decide: Decide<S, E, Out>
  /** A state as if this event had never come: see ProcessorOptions. */
  readonly asIfNew?: (state: S) => S
  readonly repository: Repository<DB, E, S, Out, W>
  readonly toRow: ProcessorOptions<DB, E, S, Out, W>['toRow']
  /** Lines for people about what was done; called after the commit. */
  readonly narrate?: (handled: Outcome<E, Out>['handled'][number]) => readonly string[]
  /** Called after the commit with all that was done, for measurements of the service's own. */
  readonly onHandled?: (handled: Outcome<E, Out>['handled']) => void
}

export interface RunningConsumer {
  isReady(): boolean
  isHealthy(): boolean
  stop(deadlineMs: number): Promise<void>
}

const countBy = <T>(items: readonly T[], name: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1)
  return counts
}

const longestPauseMs = 5_000

/** A new record ends the wait; only an idle consumer notices, by asking half as often. */
const AT_ONCE = { maxWaitMs: 500 }
const GATHERED = { maxWaitMs: 250, minBytes: 256 * 1024 }

/**
 * How many records one transaction holds at most. Whoever was away finds more waiting than fits into a process's memory at once: it is worked off in
 * pieces, and what one piece led to is out before the next is taken up. Batches of a usual day are smaller and never wait.
 */
const perTransaction = 1_000

/**
 * Joins the group and works until stopped. The partitions of one fetch become one transaction. A Kafka that is away at the start is waited for;
 * a consumer that is dead for good is told to `onFatal`, since a process that lives on without it would only look healthy.
 */
export const startConsumer = <DB, E extends AnyEnvelope, S, Out, W extends States<E, S>>(
  parts: Parts<DB>,
  subscription: Subscription<DB, E, S, Out, W>,
  onFatal: (error: Error) => void,
): RunningConsumer => {
  const { metrics, relay, log, settings, switches, tracing, narrator } = parts

  const onCommitted = (outcome: Outcome<E, Out>): void => {
    relay.offer(outcome.outbox)
    for (const [topic, count] of countBy(outcome.handled, ({ event }) => event.eventType))
      metrics.consumed(topic, count)
    for (const [topic, count] of countBy(outcome.duplicates, ({ eventType }) => eventType))
      metrics.duplicate(topic, count)
    for (const { event, error } of outcome.setAside) {
      if (error === null) continue
      metrics.failed(event.eventType, 1)
      log.warn(
        { eventId: event.eventId, topic: event.eventType, error: error.message },
        'event failed; it is tried again',
      )
    }
    for (const { inbound, reason } of outcome.unreadable) {
      const { topic, partition, offset } = inbound.record
      log.warn(
        { topic, partition, offset: String(offset), reason },
        switches.deadLetters.on === null
          ? 'record cannot be read; it goes to the dead letters'
          : 'record cannot be read; it is dropped',
      )
    }
    if (outcome.deadLettered > 0) metrics.deadLettered(outcome.deadLettered)
    if (outcome.setAside.length > 0) retrier.wake()
    tracing.consumed(() => deliveriesOf(outcome, subscription.group))
    tell(outcome.handled)
  }

  const tell = (handled: Outcome<E, Out>['handled']): void => {
    for (const item of handled) {
      for (const line of subscription.narrate?.(item) ?? []) narrator.say(line)
    }
    subscription.onHandled?.(handled)
  }

  const options: ProcessorOptions<DB, E, S, Out, W> = {
    ...subscription,
    ...parts,
    consumer: subscription.group,
    retry: { retries: settings.RETRIES, firstDelayMs: settings.RETRY_FIRST_DELAY_MS, factor: 4 },
    random: Math.random,
    onCommitted,
  }
  const processor = createProcessor(options)
  const retrier = createRetrier(options, {
    onSettled: (round) => {
      const { outbox, retried, deadLettered, handled } = round
      relay.offer(outbox)
      metrics.retried(retried)
      if (deadLettered > 0) metrics.deadLettered(deadLettered)
      tracing.consumed(() => retriesOf(round, subscription.group))
      tell(handled)
    },
    onFailure: (error) => log.error({ error: String(error) }, 'retry round failed'),
  })
  const workOff = async (records: readonly LogRecord[]): Promise<void> => {
    for (let from = 0; from < records.length; from += perTransaction) {
      if (from > 0) await Promise.race([relay.settled(), stopping.promise])
      if (from > 0 && stopped) throw new Error('stopped in the middle of a backlog; the rest of it comes again')
      await processor.process(records.slice(from, from + perTransaction))
    }
  }
  const batcher = createBatcher<readonly LogRecord[], void>(async (deliveries) => {
    await workOff(deliveries.flat())
    return deliveries.map(() => undefined)
  })
  const intake = createIntake({ switches, read: subscription.read, submit: batcher.submit })
  const isWhole = (): boolean => switches.hold.on === null && switches.deadLetters.on === null

  let consumption: Consumption | null = null
  let ready = false
  let stopped = false
  const stopping = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined

  const join = async (attempt: number): Promise<void> => {
    if (stopped) return
    try {
      consumption = await parts.bus.consume({
        group: subscription.group,
        topics: subscription.topics,
        sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
        restMs: () => settings.FETCH_REST_MS,
        ...(subscription.unhurried ? GATHERED : AT_ONCE),
        onRecords: ({ records }) => (isWhole() ? batcher.submit(records) : intake(records)),
        // A committed offset says that all is done: not before the events that it led to are out, and noted as such.
        beforeCommit: () => relay.settled(),
        onCommitted: () => parts.faults.passing('consume.offset-committed'),
        onFatal,
      })
      if (stopped) return void (await consumption.stop())
      await consumption.ready
      ready = true
      retrier.start()
      log.info({ group: subscription.group, topics: subscription.topics }, 'consuming')
    } catch (error) {
      if (error instanceof KafkaFault && error.code === 'not-authorized') return onFatal(error)
      await consumption?.stop().catch(() => undefined)
      consumption = null
      log.warn({ error: String(error), attempt }, 'cannot join the consumer group yet; trying again')
      timer = setTimeout(() => void join(attempt + 1), Math.min(longestPauseMs, 250 * 2 ** attempt))
    }
  }
  void join(0)

  return {
    isReady: () => ready,
    isHealthy: () => consumption === null || !ready || consumption.isHealthy(),
    stop: async (deadlineMs) => {
      stopped = true
      stopping.resolve()
      clearTimeout(timer)
      await consumption?.stop(deadlineMs)
      await batcher.idle()
      await retrier.stop()
    },
  }
}
