import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, KafkaFault } from '../../kit/kafka/bus.ts'
import { FollowOrders, type Second } from './follow-orders.ts'
import { createJsonClient, type JsonClient } from './http-client.ts'
import { isCancelled, isEnded, type Outcome, STORY_TOPICS, type Story } from './story.ts'
import { startTap } from './tap.ts'

export interface WatchOptions {
  /** Where the order and the notification service are asked how it ended. */
  readonly urls: { readonly order: string; readonly notification: string }
  /** Orders followed at most for each second; the others are only counted. */
  readonly perSecond: number
  /** `outcome` is null for an order that hangs. */
  readonly onStory: (story: Story, outcome: Outcome | null) => void
  readonly onSecond?: (second: Second) => void
  readonly onFatal?: (fault: KafkaFault) => void
}

export interface Watch {
  stop(): Promise<void>
}

/** Listens to the shop's topics and tells each order's story when it has ended, and what the services say of it then. */
export async function watchOrders(bus: Bus, options: WatchOptions): Promise<Watch> {
  const witness = createWitness(options.urls)
  const asking = new Set<Promise<void>>()
  const tell = async (story: Story): Promise<void> => {
    options.onStory(story, isEnded(story) ? await witness.ask(story) : null)
  }
  const follow = new FollowOrders({
    perSecond: options.perSecond,
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
      await Promise.all(asking)
      witness.close()
      follow.second()
    },
  }
}

const PATIENCE_MS = 2_000
const EVERY_MS = 25

/** Asks the services themselves what became of an order. They hear of its last event when we do, and may need a moment. */
function createWitness(urls: WatchOptions['urls']) {
  const orders = createJsonClient(urls.order, 4)
  const mails = createJsonClient(urls.notification, 4)
  return {
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
  const { status } = JSON.parse(order.body) as { status?: string }
  const { notifications } = JSON.parse(mail.body) as { notifications?: readonly { readonly createdAt: string }[] }
  const newest = notifications?.[0]
  return { status: String(status), mailAt: newest === undefined ? null : Date.parse(newest.createdAt) }
}
