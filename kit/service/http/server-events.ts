import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { ServerEvent } from './route.ts'

/** Often enough that no proxy takes a quiet stream for a dead one. */
const heartbeatMs = 15_000

const frame = ({ event, data, id }: ServerEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/**
 * Sends events as they come, waiting where the client reads slower than they come. Ends with the iterable, or when the client leaves: then the
 * iterable's `return` is called, so that nobody goes on working for nobody.
 */
export const sendEvents = async (
  response: ServerResponse,
  events: AsyncIterable<ServerEvent>,
  beatMs = heartbeatMs,
): Promise<void> => {
  response.setHeader('content-type', 'text/event-stream')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-accel-buffering', 'no')
  response.flushHeaders()
  const left = new AbortController()
  response.once('close', () => left.abort())
  const beat = setInterval(() => void response.write(': still here\n\n'), beatMs)
  const iterator = events[Symbol.asyncIterator]()
  const gone = once(left.signal, 'abort').then(() => ({ done: true, value: undefined }) as const)
  try {
    while (!left.signal.aborted) {
      const next = await Promise.race([iterator.next(), gone])
      if (next.done === true) break
      if (!response.write(frame(next.value))) await Promise.race([once(response, 'drain'), gone])
    }
  } finally {
    clearInterval(beat)
    // Not awaited: a generator that waits for its next event ends only after that.
    void iterator.return?.()
    response.end()
  }
}
