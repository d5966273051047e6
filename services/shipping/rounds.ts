import type { Logger } from 'pino'
import type { Background } from '../../kit/service/spec.ts'
import type { UseCases } from './application.ts'
import type { ShippingSettings } from './settings.ts'

const longestPauseMs = 1_000

/**
 * The carrier at work: a bounded round, a pause, the next round, never two at once. What is due stands in the database, so a round that failed, or a
 * process that ended in the middle of one, is made up for by the next.
 */
export const startCarrier = (
  { moveParcels }: Pick<UseCases, 'moveParcels'>,
  { CARRIER_STEP_MS: stepMs, CARRIER_BATCH: batch }: ShippingSettings,
  log: Pick<Logger, 'warn'>,
): Background => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let stopped = stepMs === 0
  const next = (): void => {
    if (stopped) return
    timer = setTimeout(
      () => {
        running = moveParcels(stepMs, batch)
          .then(
            () => undefined,
            (error) => log.warn({ error: String(error) }, 'the carrier did nothing this time; it tries again'),
          )
          .finally(next)
      },
      Math.min(stepMs, longestPauseMs),
    )
  }
  next()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
