import { setTimeout as pause } from 'node:timers/promises'
import { orderDesk } from './door.ts'
import type { Answer, Authorize } from './http-client.ts'

/** What is ordered, as the order service takes it. */
export interface Product {
  readonly productId: number | string
  readonly quantity: number
  readonly amount: number
  readonly userId?: string
  readonly saga?: 'orchestration'
}

export interface LoadOptions {
  /** The order service, such as `http://127.0.0.1:5000`. */
  readonly url: string
  /** Orders a second. */
  readonly rate: number
  readonly seconds: number
  readonly product: Product
  /** Where the shop asks for a token. */
  readonly authorize?: Authorize | undefined
  /** Connections. Default 64. */
  readonly sockets?: number
  /** Aborting it ends the sending; answers that are under way are still awaited. */
  readonly signal?: AbortSignal
  /** Told about once a second. */
  readonly onProgress?: (progress: { readonly sent: number; readonly accepted: number }) => void
}

export interface LoadResult {
  readonly planned: number
  /** Less than planned only when it was aborted. */
  readonly sent: number
  readonly accepted: number
  /** Answered with anything but 2xx; `refusals` counts them by status. */
  readonly refused: number
  readonly refusals: Readonly<Record<number, number>>
  /** No answer at all: the order may or may not have been taken. */
  readonly failed: number
  /** The first reason of a failure. */
  readonly failure: string | null
  /** Order id → when it was due to be sent, in milliseconds since 1970 with fractions. */
  readonly sendTimes: ReadonlyMap<string, number>
  /** From planned time to the HTTP answer, for accepted orders, in ms. */
  readonly answerMs: readonly number[]
  /** How late the generator itself was at worst, in ms. More than a few: the machine is too busy, and the figures carry that too. */
  readonly latestMs: number
  readonly startedAt: number
}

/** When to send, in ms after the start: evenly, and fixed before the first order goes out, so that a slow shop cannot slow its own test down. */
export function schedule(rate: number, seconds: number): Float64Array {
  if (!(rate > 0) || !(seconds > 0)) throw new RangeError('Rate and seconds must be greater than 0.')
  const count = Math.round(rate * seconds)
  return Float64Array.from({ length: count }, (_, i) => (i * 1_000) / rate)
}

const epochNow = (): number => performance.timeOrigin + performance.now()

/**
 * Open loop: sends at the times of `schedule` whatever the shop does, and counts from the planned time, so that waiting for a slow
 * shop shows in the figures instead of vanishing from them (coordinated omission).
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const times = schedule(options.rate, options.seconds)
  const desk = orderDesk({ orders: options.url, authorize: options.authorize }, options.sockets ?? 64)
  const tally = new Tally()
  const body = JSON.stringify(options.product)
  const startedAt = epochNow()
  const underWay: Promise<void>[] = []
  const shoot = (plannedAt: number): Promise<void> =>
    desk.place(body).then(
      (answer) => tally.answered(answer, plannedAt),
      (error: Error) => tally.unanswered(error),
    )
  let sent = 0
  let toldAt = startedAt
  try {
    while (sent < times.length && !options.signal?.aborted) {
      const now = epochNow()
      while (sent < times.length && startedAt + times[sent]! <= now) {
        const plannedAt = startedAt + times[sent++]!
        tally.latestMs = Math.max(tally.latestMs, now - plannedAt)
        underWay.push(shoot(plannedAt))
      }
      if (now - toldAt >= 1_000) {
        toldAt = now
        options.onProgress?.({ sent, accepted: tally.sendTimes.size })
      }
      if (sent < times.length) await pause(Math.max(1, Math.min(50, startedAt + times[sent]! - epochNow())))
    }
    await Promise.all(underWay)
  } finally {
    desk.close()
  }
  return { planned: times.length, sent, startedAt, accepted: tally.sendTimes.size, ...tally }
}

class Tally {
  readonly sendTimes = new Map<string, number>()
  readonly answerMs: number[] = []
  readonly refusals: Record<number, number> = {}
  refused = 0
  failed = 0
  failure: string | null = null
  latestMs = 0

  answered({ status, body }: Answer, plannedAt: number): void {
    const orderId = status >= 200 && status < 300 ? idIn(body) : undefined
    if (orderId === undefined) {
      this.refused++
      this.refusals[status] = (this.refusals[status] ?? 0) + 1
      return
    }
    this.sendTimes.set(orderId, plannedAt)
    this.answerMs.push(epochNow() - plannedAt)
  }

  unanswered(error: Error): void {
    this.failed++
    this.failure ??= error.message
  }
}

function idIn(body: string): string | undefined {
  try {
    const { orderId } = JSON.parse(body) as { orderId?: unknown }
    return typeof orderId === 'string' ? orderId : undefined
  } catch {
    return undefined
  }
}
