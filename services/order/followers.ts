import type { OrderRecord } from './projection.ts'

/** Looks up orders; those that are not there are just missing. */
export type LookUp = (orderIds: readonly string[]) => Promise<readonly OrderRecord[]>

export interface Followers {
  /** Begins with `order`, goes on with each change of its status, and ends once it has ended. Given up by the iterator's `return`. */
  follow<T>(order: OrderRecord, show: (order: OrderRecord) => T): AsyncIterable<T>
}

const perLook = 200

const hasEnded = ({ status }: OrderRecord): boolean => status === 'CONFIRMED' || status === 'CANCELLED'

/** One who waits for news of an order, and the news that wait for them. */
interface Follower {
  seen: number
  status: OrderRecord['status']
  readonly news: OrderRecord[]
  /** Wakes whoever awaits the next change. */
  wake: () => void
  over: boolean
}

/**
 * Follows orders on the read side: one question for all that are followed, every `everyMs`, as long as there are any. Whichever process made a change,
 * it is seen there. `onFailure`: the read side did not answer; it is asked again.
 */
export const createFollowers = (
  lookUp: LookUp,
  { everyMs, onFailure }: { readonly everyMs: number; readonly onFailure: (error: unknown) => void },
): Followers => {
  const followed = new Map<string, Set<Follower>>()
  let timer: NodeJS.Timeout | null = null

  const leave = (orderId: string, follower: Follower): void => {
    follower.over = true
    follower.wake()
    const others = followed.get(orderId)
    others?.delete(follower)
    if (others?.size === 0) followed.delete(orderId)
  }

  const tell = (order: OrderRecord): void => {
    for (const follower of followed.get(order.orderId) ?? []) {
      // A replica or a rebuild may lag behind: nobody is told an older state after a newer one.
      if (order.version <= follower.seen || order.status === follower.status) continue
      follower.seen = order.version
      follower.status = order.status
      follower.news.push(order)
      if (hasEnded(order)) leave(order.orderId, follower)
      else follower.wake()
    }
  }

  const look = async (): Promise<void> => {
    const ids = [...followed.keys()]
    for (let i = 0; i < ids.length; i += perLook) (await lookUp(ids.slice(i, i + perLook))).forEach(tell)
  }

  const schedule = (): void => {
    if (timer !== null || followed.size === 0) return
    timer = setTimeout(() => {
      look()
        .catch(onFailure)
        .finally(() => {
          timer = null
          schedule()
        })
    }, everyMs)
  }

  const nextOf = async (orderId: string, follower: Follower): Promise<OrderRecord | undefined> => {
    while (follower.news.length === 0 && !follower.over) {
      await new Promise<void>((resolve) => {
        follower.wake = resolve
      })
    }
    const order = follower.news.shift()
    if (order === undefined) leave(orderId, follower)
    return order
  }

  const join = (order: OrderRecord): Follower => {
    const { orderId, version: seen, status } = order
    const follower = { seen, status, news: [order], wake: () => undefined, over: hasEnded(order) }
    if (!follower.over) followed.set(orderId, (followed.get(orderId) ?? new Set()).add(follower))
    schedule()
    return follower
  }

  return {
    follow: (order, show) => ({
      [Symbol.asyncIterator]: () => {
        const follower = join(order)
        return {
          next: async () => {
            const next = await nextOf(order.orderId, follower)
            return next === undefined ? { done: true, value: undefined } : { done: false, value: show(next) }
          },
          return: async () => {
            leave(order.orderId, follower)
            return { done: true, value: undefined }
          },
        }
      },
    }),
  }
}
