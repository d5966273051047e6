import { setTimeout as pause } from 'node:timers/promises'
import type { ServerEvent } from '../../kit/service/http/route.ts'

/** A value that is read at most once in `everyMs`, however many ask for it. */
export const atMostOnceIn = <T>(everyMs: number, now: () => number, read: () => Promise<T>): (() => Promise<T>) => {
  let latest: { readonly at: number; readonly value: Promise<T> } | null = null
  return () => {
    if (latest === null || now() - latest.at >= everyMs) latest = { at: now(), value: read() }
    return latest.value
  }
}

/**
 * The value now, and again whenever it has changed, but not before `everyMs` are over; read from the database, so what another instance counted shows too. A database that
 * does not answer is asked again. Ends with `return`, which the kit calls when the client leaves.
 */
export const changesOf = <T>(event: string, everyMs: number, read: () => Promise<T>): AsyncIterable<ServerEvent> => ({
  [Symbol.asyncIterator]: () => {
    const left = new AbortController()
    let sent: string | undefined
    const next = async (): Promise<IteratorResult<ServerEvent>> => {
      for (let isFirst = sent === undefined; ; isFirst = false) {
        if (!isFirst) await pause(everyMs, undefined, { signal: left.signal }).catch(() => undefined)
        if (left.signal.aborted) return { done: true, value: undefined }
        const data = await read().catch(() => undefined)
        const text = JSON.stringify(data)
        if (data === undefined || text === sent) continue
        sent = text
        return { done: false, value: { event, data } }
      }
    }
    return {
      next,
      return: async () => {
        left.abort()
        return { done: true, value: undefined }
      },
    }
  },
})
