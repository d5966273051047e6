import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { Background } from '../../kit/service/spec.ts'
import { type AnalyticsEvent, observed } from './domain.ts'
import { readEvent } from './projection.ts'
import { createRebuildState, Overtaken, type RebuildState } from './rebuild-state.ts'
import type { AnalyticsTables } from './storage.ts'

/** Records of one transaction: large enough to be quick, small enough to leave the live events room between two. */
const perBatch = 1_000
const lookEveryMs = 3_000
/** A log that takes longer is not read by a lab; the broker's absence ends the reading much earlier. */
const longestMs = 6 * 3_600_000
const stopMs = 800

export interface Rebuilder {
  /** Begins a rebuild unless one runs already, in whatever instance. Resolves when it has begun. */
  start(): Promise<void>
  /** From now on gives up rebuilds of instances that died. Its `stop` ends a rebuild at work here too. */
  watch(): Background
}

/** Reads the log; while a batch is being written all partitions wait, so that memory and the event loop stay free for those who ask meanwhile. */
const copyLog = async (
  { bus }: Pick<Parts<AnalyticsTables>, 'bus'>,
  state: RebuildState,
  run: string,
  isStopped: () => boolean,
): Promise<void> => {
  let batch: AnalyticsEvent[] = []
  let records = 0
  let writing: Promise<void> | null = null
  const write = (): Promise<void> => {
    const events = batch
    batch = []
    writing = state.add(run, events, records).finally(() => {
      writing = null
    })
    return writing
  }
  const take = (record: LogRecord): Promise<void> | undefined => {
    if (isStopped()) throw new Error('this instance was stopped')
    records += 1
    const parsed = readEvent(record.topic, record.value)
    // What cannot be read has gone to the dead letters when it first came.
    if (parsed.ok) batch.push(parsed.event)
    if (writing !== null) return writing
    return batch.length >= perBatch ? write() : undefined
  }
  await bus.read(observed, take, longestMs)
  await writing
  await write()
}

/**
 * Builds all figures anew from the log, beside those that serve. Live events are counted into both sets from the moment of the claim on, and the log is read up to
 * where it ends after that: together they miss nothing, and what comes twice counts once.
 */
export const createRebuilder = (parts: Parts<AnalyticsTables>): Rebuilder => {
  const { bus, store, owner, log, now } = parts
  const state = createRebuildState(store, owner, now)
  let current: { readonly ended: Promise<void> } | null = null
  let beginning: Promise<void> | null = null
  let stopped = false

  const work = async (run: string): Promise<void> => {
    try {
      const infos = await bus.topics(observed)
      const ends = infos.flatMap(({ partitions }) => partitions)
      await state.expect(
        run,
        ends.reduce((sum, { low, high }) => sum + Number(high - low), 0),
      )
      await copyLog(parts, state, run, () => stopped)
      await state.switchOver(run)
      log.info({ run }, 'the figures were rebuilt from the log')
    } catch (error) {
      log.error({ run, error: String(error) }, 'the rebuild failed; the figures are as they were')
      if (error instanceof Overtaken) return
      await state.fail(run, String(error)).catch((second) => log.warn({ error: String(second) }, 'cannot say so yet'))
    } finally {
      current = null
    }
  }

  const begin = async (): Promise<void> => {
    const run = randomUUID()
    if (await state.claim(run)) current = { ended: work(run) }
  }
  const look = (): void => {
    if (current !== null) return
    state.buryTheDead().catch((error) => log.warn({ error: String(error) }, 'cannot look after rebuilds now'))
  }

  return {
    start: async () => {
      if (current !== null || stopped) return
      // Two that ask at once are one rebuild.
      beginning ??= begin().finally(() => {
        beginning = null
      })
      await beginning
    },
    watch: () => {
      const timer = setInterval(look, lookEveryMs)
      return {
        stop: async () => {
          stopped = true
          clearInterval(timer)
          await Promise.race([current?.ended, pause(stopMs, undefined, { ref: false })])
        },
      }
    },
  }
}
