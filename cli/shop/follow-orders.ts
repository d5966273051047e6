import type { LogRecord } from '../../kit/kafka/bus.ts'
import { Recent } from '../../kit/telemetry/recent.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import { endsOf } from './ends.ts'
import { addStep, beginStory, isComplete, isEnded, type Story } from './story.ts'

/** What happened in one second, over all orders, followed or not. */
export interface Second {
  readonly created: number
  /** Of the created ones, how many are followed and will be told. */
  readonly followed: number
  readonly confirmed: number
  readonly cancelled: number
}

export interface FollowOptions {
  /** Orders followed at most for each second; the others are only counted. */
  readonly perSecond: number
  /** Default `core`. */
  readonly size?: ShopSize
  /** Told of a story when it has ended, and of one that hangs, once for each step that it hangs behind. */
  readonly onStory: (story: Story) => void
  /** Told of each second in which something happened. */
  readonly onSecond: (second: Second) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** An order that says nothing for this long is told of as waiting. */
const WAITING_MS = 10_000
/** After its end, an order may still be refunded. Then its story is told as it is. */
const LAST_WORDS_MS = 2_000
const MAX_OPEN = 1_000
const MAX_EARLY = 2_000
const MAX_TOLD = 50_000
const NOTHING: Second = { created: 0, followed: 0, confirmed: 0, cancelled: 0 }
const CANCELLED = 'order-cancelled'

/** An order that is being followed. */
interface Open {
  readonly story: Story
  readonly heardAt: number
  toldWaiting: boolean
}

/**
 * Puts the events of all orders together into the stories of some. An order that is not followed costs a look at its key, and what is
 * remembered has bounds, so that it may run for days beside any load.
 */
export class FollowOrders {
  readonly #options: FollowOptions
  readonly #size: ShopSize
  readonly #confirms: string | undefined
  readonly #open = new Map<string, Open>()
  /** Events lie on several topics: a later one may be read before `order-created` is. */
  readonly #early = new Recent<LogRecord[]>(MAX_EARLY)
  /** Begun already: what comes again for them is a duplicate, not a new story. */
  readonly #begun = new Recent<true>(MAX_TOLD)
  #count: { -readonly [K in keyof Second]: number } = { ...NOTHING }

  constructor(options: FollowOptions) {
    this.#options = options
    this.#size = options.size ?? 'core'
    this.#confirms = endsOf(this.#size)[0]
  }

  add(record: LogRecord): void {
    const orderId = record.key?.toString('utf8') ?? ''
    if (record.topic === this.#confirms) this.#count.confirmed++
    if (record.topic === CANCELLED) this.#count.cancelled++
    if (record.topic === 'order-created') this.#begin(orderId, record)
    else if (this.#open.has(orderId)) this.#continue(orderId, record)
    else if (!this.#begun.has(orderId)) this.#early.set(orderId, [...(this.#early.get(orderId) ?? []), record])
  }

  /** To be called once a second. */
  second(): void {
    const done = this.#count
    this.#count = { ...NOTHING }
    if (done.created + done.confirmed + done.cancelled > 0) this.#options.onSecond(done)
    const now = this.#options.now()
    for (const open of this.#open.values()) {
      if (isEnded(open.story, this.#size) && open.heardAt < now - LAST_WORDS_MS) this.#tell(open.story)
      if (isEnded(open.story, this.#size) || open.toldWaiting || open.heardAt > now - WAITING_MS) continue
      open.toldWaiting = true
      this.#options.onStory(open.story)
    }
  }

  #begin(orderId: string, record: LogRecord): void {
    this.#count.created++
    const early = this.#early.take(orderId) ?? []
    if (this.#begun.has(orderId)) return
    this.#begun.set(orderId, true)
    if (this.#count.followed >= this.#options.perSecond || this.#open.size >= MAX_OPEN) return
    this.#count.followed++
    this.#open.set(orderId, { story: beginStory(record), heardAt: this.#options.now(), toldWaiting: false })
    for (const one of early) this.#continue(orderId, one)
  }

  #continue(orderId: string, record: LogRecord): void {
    const known = this.#open.get(orderId)
    const story = known === undefined ? undefined : addStep(known.story, record)
    if (story === undefined || story === known?.story) return
    this.#open.set(orderId, { story, heardAt: this.#options.now(), toldWaiting: false })
    if (isComplete(story, this.#size)) this.#tell(story)
  }

  #tell(story: Story): void {
    this.#open.delete(story.orderId)
    this.#options.onStory(story)
  }
}
