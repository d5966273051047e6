import { setTimeout as wait } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { type BusOptions, KafkaFault } from './bus.ts'
import { type Client, createClient, hangUp } from './client.ts'
import { withDeadline } from './deadline.ts'
import { causes, faultFrom } from './fault.ts'

/** One admin connection, made when first needed, and made anew after a failure. */
export interface AdminLine {
  /** `doing` says what is tried, for the fault: `list topics`. */
  ask<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T>
  close(deadlineMs: number): Promise<void>
}

interface Line extends Client {
  readonly admin: Admin
}

/** A connection with how many questions are under way on it. */
interface Shared {
  readonly line: Promise<Line>
  asking: number
}

/** A group's coordinator or a partition's leader says these while it starts or moves, right after a broker came up or a topic was made: it will know in a moment. */
const SETTLING = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
])
const SETTLED_WITHIN_MS = 10_000
const ASK_AGAIN_MS = 100
/** Longer than the client itself waits for one request, as long as it gives up at all: now and then it loses a question for ever, with its connection in good health. */
const ANSWERED_WITHIN_MS = 12_000

const lost = (): never => {
  throw new KafkaFault('timeout', `The broker has not answered for ${ANSWERED_WITHIN_MS} ms.`, { retriable: true })
}

export function createAdminLine(options: BusOptions): AdminLine {
  let current: Shared | null = null
  const open = new Set<Shared>()
  let closed = false

  function begin(): Shared {
    const shared = { line: connect(options), asking: 0 }
    open.add(shared)
    return shared
  }

  async function end(shared: Shared, deadlineMs: number): Promise<void> {
    open.delete(shared)
    const line = await shared.line.catch(() => null)
    if (line) await hangUp(line, () => line.admin.disconnect(), deadlineMs)
  }

  async function attempt<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    current ??= begin()
    const mine = current
    mine.asking += 1
    try {
      return await withDeadline(
        mine.line.then(({ admin }) => question(admin)),
        ANSWERED_WITHIN_MS,
        lost,
      )
    } catch (error) {
      // kafkajs keeps asking for topics that are gone and keeps half-dead connections; a new line knows neither.
      if (current === mine) current = null
      throw error
    } finally {
      mine.asking -= 1
      // The last one turns off the light: who asks beside us must not lose the line because our question failed.
      if (current !== mine && mine.asking === 0) void end(mine, 1_000).catch(() => {})
    }
  }

  async function whenSettled<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (;;) {
      // Also before it is put again: a line that is opened now, nobody would close.
      if (closed) throw new KafkaFault('closed', `Could not ${doing}: this bus was closed.`)
      try {
        return await attempt(question)
      } catch (error) {
        if (!isSettling(error) || performance.now() > deadline) throw error
        await wait(ASK_AGAIN_MS)
      }
    }
  }

  return {
    ask: async (doing, question) => {
      const used = current !== null
      try {
        return await whenSettled(doing, question)
      } catch (error) {
        const fault = faultFrom(error, doing)
        if (!used || !fault.retriable) throw fault
        return whenSettled(doing, question).catch((again) => Promise.reject(faultFrom(again, doing)))
      }
    },
    close: async (deadlineMs) => {
      closed = true
      await Promise.all([...open].map((shared) => end(shared, deadlineMs)))
    },
  }
}

/** The broker will know in a moment. */
export function isSettling(error: unknown): boolean {
  return causes(error).some(({ type }) => type !== undefined && SETTLING.has(type))
}

async function connect(options: BusOptions): Promise<Line> {
  const client = createClient(options)
  const admin = client.kafka.admin()
  try {
    await admin.connect()
  } catch (error) {
    client.sockets.destroy()
    throw error
  }
  return { ...client, admin }
}
