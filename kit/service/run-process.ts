import { type Logger, pino } from 'pino'
import type { RunningService } from './start.ts'

const exitDeadlineMs = 4_700

type Start<Spec> = (spec: Spec, log: Logger, onFatal: (error: Error) => void) => Promise<RunningService>

/** Runs something as a process: SIGTERM or SIGINT ends it in order with exit code 0, a fault that it cannot outlive with 1. */
export const runProcess = async <Spec extends { readonly settings: { readonly LOG_LEVEL: string } }>(
  name: string,
  spec: () => Spec,
  start: Start<Spec>,
): Promise<void> => {
  const log = pino({ name }, pino.destination({ dest: 2, sync: true }))
  let service: RunningService | null = null
  let ending = false
  const end = async (code: number): Promise<void> => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(code || 1), exitDeadlineMs).unref()
    await service?.stop().catch((error) => log.error({ error: String(error) }, 'stopping failed'))
    process.exit(code)
  }
  process.once('SIGTERM', () => void end(0))
  process.once('SIGINT', () => void end(0))
  try {
    const described = spec()
    log.level = described.settings.LOG_LEVEL
    service = await start(described, log, (error) => {
      log.fatal({ error: error.message }, 'the consumer is dead; this process ends so that another can take its place')
      void end(1)
    })
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`)
    await end(1)
  }
}
