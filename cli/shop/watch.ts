import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, KafkaFault, LogRecord } from '../../kit/kafka/bus.ts'
import { END_TOPICS } from './ends.ts'
import { createJsonClient, type JsonClient } from './http-client.ts'
import { Recent } from './recent.ts'
import {
  addStep,
  beginStory,
  isCancelled,
  isComplete,
  isEnded,
  type Outcome,
  STORY_TOPICS,
  type Story,
} from './story.ts'
import { startTap } from './tap.ts'

/** What happened in one second, over all orders, shown or not. */
export interface Second {
  readonly created: number
  /** Of the created ones, how many are followed and will be told. */
  readonly followed: number
  readonly confirmed: number
  readonly cancelled: number
}

export interface WatchOptions {
  /** Where the order and the notification service are asked how it ended. */
  readonly urls: { readonly order: string; readonly notification: string }
  /** Orders followed at most for each second; the others are only counted. */
  readonly perSecond: number
  readonly onStory: (story: Story, outcome: Outcome | null) => void
  /** Told of each second in which something happened. */
  readonly onSecond?: (second: Second) => void
  readonly onFatal?: (fault: KafkaFault) => void
}

export interface Watch {
  stop(): Promise<void>
}

/** An order that says nothing for this long is told of as waiting, once. */
const WAITING_MS = 10_000
/** After its end, an order may still be refunded. Then its story is told as it is. */
const LAST_WORDS_MS = 2_000
const MAX_OPEN = 1_000
const MAX_EARLY = 2_000
const MAX_TOLD = 50_000
const NOTHING: Second = { created: 0, followed: 0, confirmed: 0, cancelled: 0 }
const [RESERVED, CANCELLED] = END_TOPICS

/** Listens to the shop's topics and tells each order's story when it has ended. Costs one look at the key for an order that is not followed. */
export async function watchOrders(bus: Bus, options: WatchOptions): Promise<Watch> {
  const follow = new Follow(options)
  const tap = await startTap(bus, {
    name: 'lab-watch',
    topics: STORY_TOPICS,
    onRecords: (records) => {
      for (const record of records) follow.add(record)
    },
    ...(options.onFatal === undefined ? {} : { onFatal: options.onFatal }),
  })
  const timer = setInterval(() => follow.second(), 1_000)
  return {
    stop: async () => {
      clearInterval(timer)
      await tap.stop()
      await follow.finish()
      follow.second()
    },
  }
}

/** An order that is being followed. */
interface Open {
  readonly story: Story
  readonly heardAt: number
  toldWaiting: boolean
}

class Follow {
  readonly #options: WatchOptions
  readonly #open = new Map<string, Open>()
  /** Events lie on several topics: a later one may be read before `order-created` is. */
  readonly #early = new Recent<LogRecord[]>(MAX_EARLY)
  /** Told already: what comes again for them is a duplicate, not a new story. */
  readonly #told = new Recent<true>(MAX_TOLD)
  readonly #asking = new Set<Promise<void>>()
  readonly #orders: JsonClient
  readonly #mails: JsonClient
  #count: { -readonly [K in keyof Second]: number } = { ...NOTHING }

  constructor(options: WatchOptions) {
    this.#options = options
    this.#orders = createJsonClient(options.urls.order, 4)
    this.#mails = createJsonClient(options.urls.notification, 4)
  }

  add(record: LogRecord): void {
    const orderId = record.key?.toString('utf8') ?? ''
    if (record.topic === RESERVED) this.#count.confirmed++
    if (record.topic === CANCELLED) this.#count.cancelled++
    if (record.topic === 'order-created') this.#begin(orderId, record)
    else if (this.#open.has(orderId)) this.#continue(orderId, record)
    else if (!this.#told.has(orderId)) this.#early.set(orderId, [...(this.#early.get(orderId) ?? []), record])
  }

  #begin(orderId: string, record: LogRecord): void {
    this.#count.created++
    const early = this.#early.take(orderId) ?? []
    if (this.#open.has(orderId) || this.#told.has(orderId)) return
    this.#told.set(orderId, true)
    if (this.#count.followed >= this.#options.perSecond || this.#open.size >= MAX_OPEN) return
    this.#count.followed++
    this.#open.set(orderId, { story: beginStory(record), heardAt: performance.now(), toldWaiting: false })
    for (const one of early) this.#continue(orderId, one)
  }

  #continue(orderId: string, record: LogRecord): void {
    const known = this.#open.get(orderId)
    const story = known === undefined ? undefined : addStep(known.story, record)
    if (story === undefined || story === known?.story) return
    this.#open.set(orderId, { story, heardAt: performance.now(), toldWaiting: false })
    if (isComplete(story)) this.#complete(story)
  }

  #complete(story: Story): void {
    this.#open.delete(story.orderId)
    const asked = this.#ask(story).then((outcome) => this.#options.onStory(story, outcome))
    this.#asking.add(asked)
    void asked.finally(() => this.#asking.delete(asked))
  }

  second(): void {
    const done = this.#count
    this.#count = { ...NOTHING }
    if (done.created + done.confirmed + done.cancelled > 0) this.#options.onSecond?.(done)
    const now = performance.now()
    for (const open of this.#open.values()) {
      if (isEnded(open.story) && open.heardAt < now - LAST_WORDS_MS) this.#complete(open.story)
      if (isEnded(open.story) || open.toldWaiting || open.heardAt > now - WAITING_MS) continue
      open.toldWaiting = true
      this.#options.onStory(open.story, null)
    }
  }

  async finish(): Promise<void> {
    await Promise.all(this.#asking)
    this.#orders.close()
    this.#mails.close()
  }

  /** The order service and the mail hear of the last event at the same time as we do: they may need a moment. */
  async #ask(story: Story): Promise<Outcome> {
    const deadline = performance.now() + 2_000
    const wanted = isCancelled(story) ? 'CANCELLED' : 'CONFIRMED'
    let outcome: Outcome = { status: 'unknown', mailAt: null }
    while (performance.now() < deadline) {
      try {
        const order = JSON.parse((await this.#orders.get(`/api/orders/${story.orderId}`)).body) as { status?: string }
        const mails = JSON.parse((await this.#mails.get(`/api/notifications?orderId=${story.orderId}`)).body) as Mails
        const mail = mails.notifications?.[0]
        outcome = { status: order.status ?? 'unknown', mailAt: mail ? Date.parse(mail.createdAt) : null }
        if (outcome.status === wanted && outcome.mailAt !== null) return outcome
      } catch {
        // A service that is down has no answer; the story is told without it.
      }
      await pause(25)
    }
    return outcome
  }
}

interface Mails {
  readonly notifications?: readonly { readonly createdAt: string }[]
}
