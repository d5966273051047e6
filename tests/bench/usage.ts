import { readFileSync } from 'node:fs'
import { statFields } from '../../cli/broker/process.ts'

export interface Usage {
  /** In units of 2^20 bytes, as `top` and `ps` count them. */
  readonly rssMb: number
  /** User and system time so far, in seconds. */
  readonly cpuS: number
}

const ticksPerSecond = 100
const pageBytes = 4096

/** What a process has used, from Linux' /proc; null elsewhere or when it is gone. */
export const usageOf = (pid: number): Usage | null => {
  try {
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const cpuS = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    return { rssMb: Math.round((Number(fields[21]) * pageBytes) / 2 ** 20), cpuS }
  } catch {
    return null
  }
}

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!

export const round = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits
