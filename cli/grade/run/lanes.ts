import os from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** How many are at work at a time: `base` always, and up to `most` while the machine has time to spare. */
export interface Lanes {
  readonly base: number
  readonly most: number
}

/** Resolves to true once the machine has had time to spare for a while; to false when nobody waits for that any more. */
export type Spare = (signal: AbortSignal) => Promise<boolean>

/**
 * Works through all, in their order, until it is done or interrupted. Much of a check is waiting for what does not come: while those who are at
 * work wait so, the next ones begin.
 */
export async function inLanes<T>(
  { base, most }: Lanes,
  all: readonly T[],
  work: (one: T) => Promise<void>,
  { signal, spare = idleMachine }: { readonly signal: AbortSignal; readonly spare?: Spare },
): Promise<void> {
  const queue = [...all]
  let running = 0
  const next = async (): Promise<boolean> => {
    const one = signal.aborted ? undefined : queue.shift()
    if (one === undefined) return false
    running++
    await work(one).finally(() => running--)
    return true
  }
  const lane = async (): Promise<void> => {
    while (await next());
  }
  const over = new AbortController()
  const guests: Promise<boolean>[] = []
  const invite = async (): Promise<void> => {
    while (queue.length > 0 && (await spare(AbortSignal.any([signal, over.signal])))) {
      if (running >= most) continue
      const guest = next()
      // Told below, together with the others.
      guest.catch(() => {})
      guests.push(guest)
    }
  }
  const inviting = most > base ? invite() : undefined
  try {
    await Promise.all(Array.from({ length: Math.min(base, all.length) }, lane))
  } finally {
    over.abort()
    await inviting
  }
  await Promise.all(guests)
}

const LOOK_MS = 2_000
/** A broker that starts, or a compiler, may make a single look a busy one. */
const LOOKS = 3
/** Of all cores. With less, another hand-in would only slow down those at work. */
const SPARE = 0.2

const idleMachine: Spare = async (signal) => {
  let before = os.cpus()
  for (let quiet = 0; quiet < LOOKS; ) {
    try {
      await delay(LOOK_MS, undefined, { signal })
    } catch {
      return false
    }
    const now = os.cpus()
    quiet = idleShare(before, now) < SPARE ? 0 : quiet + 1
    before = now
  }
  return true
}

type Cores = readonly Pick<os.CpuInfo, 'times'>[]

/** Which part of the time between two looks at its cores a machine had nothing to do: 0…1. */
export function idleShare(before: Cores, now: Cores): number {
  const sum = (cores: Cores, of: (times: os.CpuInfo['times']) => number) =>
    cores.reduce((total, { times }) => total + of(times), 0)
  const all = ({ user, nice, sys, idle, irq }: os.CpuInfo['times']) => user + nice + sys + idle + irq
  const passed = sum(now, all) - sum(before, all)
  return passed <= 0 ? 0 : (sum(now, ({ idle }) => idle) - sum(before, ({ idle }) => idle)) / passed
}
