import type { LogEntry, logCreator } from 'kafkajs'
import type { BusOptions } from './bus.ts'

export type Log = NonNullable<BusOptions['log']>

const LEVEL: Readonly<Record<number, 'debug' | 'info' | 'warn' | 'error'>> = {
  1: 'error',
  2: 'warn',
  4: 'info',
  5: 'debug',
}

/** Part of every rebalance: error codes 25 and 27, and the member that comes back. */
const REBALANCING = /group is rebalancing|coordinator is not aware of this member|rejoin is needed/i
/** Part of a cold start, while the broker builds its internal topics: or a topic that was just made: codes 15, 14, 5 and 6. */
const STARTING = /coordinator is not available|coordinator is loading|leader for th(?:is|at) topic|no leader/i
const START_MS = 60_000

/** The level at which an entry deserves to be seen: kafkajs writes the normal course of joining a group as errors. */
export function levelOf(entry: LogEntry, ageMs: number): 'debug' | 'info' | 'warn' | 'error' {
  const level = LEVEL[entry.level] ?? 'info'
  const text = textOf(entry)
  if (REBALANCING.test(text) || (ageMs < START_MS && STARTING.test(text))) return 'debug'
  return level
}

function textOf(entry: LogEntry): string {
  const detail = entry.log.error as unknown
  return typeof detail === 'string' ? `${entry.log.message}: ${detail}` : entry.log.message
}

/** Routes kafkajs' entries to `log`, normal noise demoted to debug. */
export function createLogCreator(log: Log): logCreator {
  const born = performance.now()
  return () => (entry) => {
    const { message: _message, timestamp: _timestamp, logger: _logger, stack: _stack, ...extra } = entry.log
    log({
      level: levelOf(entry, performance.now() - born),
      message: `kafkajs ${entry.namespace}: ${textOf(entry)}`,
      extra,
    })
  }
}

/** Where no log is given: warnings and errors, a line each, to stderr. */
export const logToStderr: Log = ({ level, message }) => {
  if (level === 'warn' || level === 'error') process.stderr.write(`${level} ${message}\n`)
}
