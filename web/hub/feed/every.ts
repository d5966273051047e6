import { setTimeout as pause } from 'node:timers/promises'

/**
 * Looks again and again, never twice at once: a look that takes long (a frozen broker) puts off the next one. A look that fails is told of,
 * once until one succeeds.
 */
export function every(
  ms: number,
  look: () => Promise<void> | void,
  onTrouble: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stop = new AbortController()
  let troubled = false
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await look()
        troubled = false
      } catch (error) {
        if (!troubled && !stop.signal.aborted) onTrouble(error)
        troubled = true
      }
      await pause(ms, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    stop: () => {
      stop.abort()
      return running
    },
  }
}
