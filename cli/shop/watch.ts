import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, KafkaFault } from '../../kit/kafka/bus.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import { FollowOrders, type Second } from './follow-orders.ts'
import { type Authorize, createJsonClient, type JsonClient } from './http-client.ts'
import { isCancelled, isEnded, type Outcome, type Story, storyTopics } from './story.ts'
import { startTap } from './tap.ts'

export interface WatchOptions {
  /** Where the order and the notification service are asked how it ended. */
  readonly urls: { readonly order: string; readonly notification: string }
  /** Default `core`. */
  readonly size?: ShopSize
  /** Where the services ask for a token. */
  readonly authorize?: Authorize | undefined
  /** Orders followed at most for each second; the others are only counted. */
  readonly perSecond: number
  /** `outcome` is null for an order that hangs, unless it waits for a person. */
  readonly onStory: (story: Story, outcome: Outcome | null) => void
  readonly onSecond?: (second: Second) => void
  readonly onFatal?: (fault: KafkaFault) => void
}

export interface Watch {
  stop(): Promise<void>
}

/** Listens to the shop's topics and tells each order's story when it has ended, and what the services say of it then. */
export async function watchOrders(bus: Bus, options: WatchOptions): Promise<Watch> {
  const { size = 'core' } = options
  const witness = createWitness(options)
  const asking = new Set<Promise<void>>()
  const tell = async (story: Story): Promise<void> => {
    options.onStory(story, isEnded(story, size) ? await witness.ask(story) : await witness.attention(story))
  }
  const follow = new FollowOrders({
    ...{ perSecond: options.perSecond, size },
    onStory: (story) => {
      const telling = tell(story)
      asking.add(telling)
      void telling.finally(() => asking.delete(telling))
    },
    onSecond: (second) => options.onSecond?.(second),
    now: () => performance.now(),
  })
  const tap = await startTap(bus, {
    name: 'lab-watch',
    topics: storyTopics(size),
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
      await Promise.all(asking)
      witness.close()
      follow.second()
    },
  }
}

const PATIENCE_MS = 2_000
const EVERY_MS = 25

/** Asks the services themselves what became of an order. They hear of its last event when we do, and may need a moment. */
function createWitness({ urls, authorize }: WatchOptions) {
  const orders = createJsonClient(urls.order, 4, authorize)
  const mails = createJsonClient(urls.notification, 4, authorize)
  return {
    /** What became of an order that goes no further: null, unless the service itself has given up. */
    attention: async ({ orderId, orchestrated }: Story): Promise<Outcome | null> => {
      if (!orchestrated) return null
      const outcome = await outcomeOf(orderId, orders, mails).catch(() => null)
      return outcome?.status === 'NEEDS_ATTENTION' ? outcome : null
    },
    ask: async (story: Story): Promise<Outcome> => {
      const deadline = performance.now() + PATIENCE_MS
      const wanted = isCancelled(story) ? 'CANCELLED' : 'CONFIRMED'
      let outcome: Outcome = { status: 'unknown', mailAt: null }
      while (performance.now() < deadline) {
        outcome = await outcomeOf(story.orderId, orders, mails).catch(() => outcome)
        if (outcome.status === wanted && outcome.mailAt !== null) return outcome
        await pause(EVERY_MS)
      }
      return outcome
    },
    close: () => {
      orders.close()
      mails.close()
    },
  }
}

/** Rejects where a service that is down cannot answer. */
async function outcomeOf(orderId: string, orders: JsonClient, mails: JsonClient): Promise<Outcome> {
  const [order, mail] = await Promise.all([
    orders.get(`/api/orders/${encodeURIComponent(orderId)}`),
    mails.get(`/api/notifications?orderId=${encodeURIComponent(orderId)}`),
  ])
  const { status, reason } = JSON.parse(order.body) as { status?: string; reason?: string | null }
  const { notifications } = JSON.parse(mail.body) as { notifications?: readonly { readonly createdAt: string }[] }
  // Of several, the newest come first: what tells of the end came before news of the parcel.
  const first = notifications?.at(-1)
  return {
    status: String(status),
    mailAt: first === undefined ? null : Date.parse(first.createdAt),
    reason: reason ?? null,
  }
}
