import type { Reader } from '../domain.ts'

export type QuietHours = NonNullable<Reader['preferences']['quietHours']>

const minuteMs = 60_000
const dayMinutes = 1_440
/** Clocks are put forward or back by at most so much, anywhere. */
const longestShiftMinutes = 180

const clocks = new Map<string, Intl.DateTimeFormat>()

/** A clock of that zone; of UTC where nobody knows the zone. */
const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  let clock: Intl.DateTimeFormat
  try {
    clock = new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  } catch {
    clock = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
  // There are some six hundred names of zones; whatever else people write must not fill the memory.
  if (clocks.size >= 1_000) clocks.clear()
  clocks.set(timeZone, clock)
  return clock
}

/** `07:30` as minutes since midnight; null for what is no time of a day. */
const minutesOf = (text: string): number | null => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null
}

const minuteAt = (clock: Intl.DateTimeFormat, at: number): number => minutesOf(clock.format(at)) ?? 0

/**
 * When the quiet hours that `at` lies in are over, in ms since 1970; null when it lies in none. What counts is the clock on the user's wall: where it
 * jumps over the end, they end with the jump, and where it is put back into them, they begin again.
 */
export const quietUntil = ({ from, to, timeZone }: QuietHours, at: number): number | null => {
  const [start, end] = [minutesOf(from), minutesOf(to)]
  if (start === null || end === null || start === end) return null
  const clock = clockOf(timeZone)
  const isQuiet = (time: number): boolean => {
    const minute = minuteAt(clock, time)
    return start < end ? start <= minute && minute < end : start <= minute || minute < end
  }
  if (!isQuiet(at)) return null
  const left = (end - minuteAt(clock, at) + dayMinutes) % dayMinutes
  const thisMinute = Math.floor(at / minuteMs) * minuteMs
  const usual = thisMinute + left * minuteMs
  if (isQuiet(usual - minuteMs) && !isQuiet(usual)) return usual
  let time = Math.max(thisMinute + minuteMs, usual - longestShiftMinutes * minuteMs)
  while (isQuiet(time)) time += minuteMs
  return time
}
