import { appendFileSync } from 'node:fs'

/** The places where a crash hurts most: between two steps that no transaction joins. In the order that an event meets them. */
export const crashPoints = [
  'http.before-tx',
  'consume.received',
  'consume.before-apply',
  'tx.begin',
  'tx.before-commit',
  'tx.after-commit/before-ack',
  'relay.read',
  'relay.before-send',
  'relay.sent-not-marked',
  'relay.marked',
  'consume.applied-not-committed',
  'consume.offset-committed',
] as const

export type CrashPoint = (typeof crashPoints)[number]

export interface Faults {
  /** Called by the kit as it passes each point. Ends the process at once, as `kill -9` does, when that point is armed and its count is reached. */
  passing(point: CrashPoint): void
  /** Arms a point: the process dies the `nth` time (default 1) that it is passed. */
  arm(point: CrashPoint, nth?: number): void
  disarm(): void
  /** How often each point was passed; a test of a fault must see that it landed. */
  passed(): Readonly<Partial<Record<CrashPoint, number>>>
}

const isCrashPoint = (name: string): name is CrashPoint => (crashPoints as readonly string[]).includes(name)

/** Reads `relay.before-send` or `relay.before-send#3` (the third time). Throws a RangeError that lists the points. */
export const parseCrashAt = (text: string): { point: CrashPoint; nth: number } => {
  const [point = '', nth = '1'] = text.split('#')
  if (!isCrashPoint(point) || !/^[1-9]\d*$/.test(nth)) {
    throw new RangeError(
      `CRASH_AT=${text}: expected <point> or <point>#<n>, a point being one of ${crashPoints.join(', ')}`,
    )
  }
  return { point, nth: Number(nth) }
}

/**
 * `log`: a file that gets one line at the very moment of the crash, written before it: the proof that it landed.
 * `kill` is the crash itself; tests pass another.
 */
export const createFaults = (
  options: { crashAt?: string; log?: string; kill?: (point: CrashPoint) => void } = {},
): Faults => {
  const counts = new Map<CrashPoint, number>()
  let armed: { point: CrashPoint; left: number } | null = null
  const kill = options.kill ?? (() => process.kill(process.pid, 'SIGKILL'))

  const faults: Faults = {
    passing: (point) => {
      counts.set(point, (counts.get(point) ?? 0) + 1)
      if (armed?.point !== point) return
      armed.left -= 1
      if (armed.left > 0) return
      armed = null
      if (options.log !== undefined)
        appendFileSync(options.log, `${JSON.stringify({ point, pid: process.pid, at: Date.now() })}\n`)
      kill(point)
    },
    arm: (point, nth = 1) => {
      armed = { point, left: nth }
    },
    disarm: () => {
      armed = null
    },
    passed: () => Object.fromEntries(counts),
  }
  if (options.crashAt !== undefined) {
    const { point, nth } = parseCrashAt(options.crashAt)
    faults.arm(point, nth)
  }
  return faults
}
