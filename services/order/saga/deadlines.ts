import type { Logger } from 'pino'
import type { Background } from '../../../kit/service/spec.ts'
import type { SagaUseCases } from './application.ts'

/**
 * Passes overdue deadlines, round after round, never two at once. When what is due stands in the database, so a round that failed, or a process that
 * ended in the middle of one, is made up for by the next, here or in another instance.
 */
export const startDeadlines = (
  { passDeadlines }: Pick<SagaUseCases, 'passDeadlines'>,
  everyMs: number,
  log: Pick<Logger, 'warn'>,
): Background => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let stopped = false
  const next = (pauseMs: number): void => {
    if (stopped) return
    timer = setTimeout(() => {
      running = passDeadlines().then(
        (found) => next(found === 0 ? everyMs : 0),
        (error) => {
          log.warn({ error: String(error) }, 'deadlines could not be looked at; they are in a moment')
          next(everyMs)
        },
      )
    }, pauseMs)
  }
  next(everyMs)
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
