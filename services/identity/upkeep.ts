import type { Logger } from 'pino'
import type { Background } from '../../kit/service/spec.ts'

export interface Chore {
  readonly name: string
  readonly everyMs: number
  readonly run: () => Promise<void>
}

/** Does each chore again and again, one run at a time. What fails is told and tried again. */
export const startChores = (chores: readonly Chore[], log: Pick<Logger, 'warn'>): Background => {
  const running = new Map<string, Promise<void>>()
  const timers = chores.map(({ name, everyMs, run }) =>
    setInterval(() => {
      if (running.has(name)) return
      const done = run()
        .catch((error: unknown) => log.warn({ error: String(error), chore: name }, 'a chore failed; it is tried again'))
        .finally(() => running.delete(name))
      running.set(name, done)
    }, everyMs),
  )
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running.values())
    },
  }
}
