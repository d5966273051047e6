import { createClient } from '@redis/client'
import { MemoryStore, type Options, type Store } from 'express-rate-limit'
import type { Logger } from 'pino'
import { RedisStore } from 'rate-limit-redis'
import { withDeadline } from '../../kit/kafka/deadline.ts'

/** Counts that several gateways share. */
export interface SharedCounts {
  store(prefix: string): Store
  close(): void
}

/** A limit must cost a caller no more than this. */
const answerMs = 250
/** After a failure Redis is not asked for so long: a Redis that hangs must not slow each request down. */
const restMs = 1_000
const longestPauseMs = 5_000
/** For loading the scripts, once a connection. */
const joinMs = 2_000

/** The client waits for ever for the answer to a command that it has sent. */
const inTime = <T>(work: Promise<T>, ms: number): Promise<T> =>
  withDeadline(work, ms, () => Promise.reject(new Error(`no answer within ${ms} ms`)))

/** Counts in Redis while it answers, else in this process: a limit that is somewhat too wide is better than a shop that is closed. */
export const connectCounts = (url: string, log: Logger): SharedCounts => {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (tries: number) => Math.min(longestPauseMs, 100 * 2 ** tries),
    },
  })
  let isTold = false
  let restUntil = 0
  const joins: (() => Promise<void>)[] = []

  const lost = (error: unknown): void => {
    restUntil = performance.now() + restMs
    if (isTold) return
    isTold = true
    log.warn({ error: String(error) }, 'Redis does not answer; rate limits are counted in this process alone')
  }
  const found = (): void => {
    if (isTold) log.info('Redis answers again; rate limits are counted together')
    isTold = false
  }
  const join = async (): Promise<void> => {
    try {
      await inTime(Promise.all(joins.map((one) => one())), joinMs)
      found()
    } catch (error) {
      lost(error)
    }
  }
  client.on('error', lost)
  client.on('ready', () => void join())
  client.connect().catch(lost)

  const store = (prefix: string): Store => {
    const alone = new MemoryStore()
    const together = new RedisStore({ prefix, sendCommand: (...words) => client.sendCommand(words) })
    let isLoaded = false
    /** Both counts have the same shape; which one counts is asked anew each time. */
    const count = async <T>(work: (by: RedisStore | MemoryStore) => Promise<T>): Promise<T> => {
      if (!isLoaded || !client.isReady || performance.now() < restUntil) return work(alone)
      try {
        const counted = await inTime(work(together), answerMs)
        found()
        return counted
      } catch (error) {
        lost(error)
        return work(alone)
      }
    }
    return {
      prefix,
      init: (options: Options) => {
        alone.init(options)
        // Loads its scripts, which a Redis that was started anew has forgotten.
        joins.push(async () => {
          isLoaded = false
          await together.init(options)
          isLoaded = true
        })
        if (client.isReady) void join()
      },
      increment: (key) => count((by) => by.increment(key)),
      decrement: (key) => count((by) => by.decrement(key)),
      resetKey: (key) => count((by) => by.resetKey(key)),
    }
  }
  return { store, close: () => client.destroy() }
}
