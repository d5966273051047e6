import { type Json, show } from './json.ts'

/** ISO 8601 in UTC as many languages write it: seconds and fractions of any length may be there or not. */
const ISO_UTC = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]00:?00)$/

const SLACK = 5_000

/** What is wrong with a timestamp of something that happened between two clock times (milliseconds since 1970), or nothing. */
export function timeProblem(timestamp: Json | undefined, began: number, ended: number): string | undefined {
  if (typeof timestamp !== 'string' || !ISO_UTC.test(timestamp)) {
    return `timestamp ${show(timestamp)} is not ISO 8601 in UTC (Z or +00:00)`
  }
  // Fractions beyond the millisecond and a comma are right, but not what Date reads.
  const readable = timestamp
    .replace(',', '.')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]00):?00$/, 'Z')
    .replace('t', 'T')
    .replace('z', 'Z')
  const time = Date.parse(readable)
  if (Number.isNaN(time)) return `timestamp ${show(timestamp)} is no time`
  if (time < began - SLACK - 60_000 * Number(!/:\d{2}:\d{2}/.test(readable)) || time > ended + SLACK) {
    return `timestamp ${show(timestamp)} is not now (${new Date(began).toISOString()})`
  }
  return undefined
}
