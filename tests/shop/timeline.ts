/** One thing that happened to an order, in a simulated world or a real one. */
export interface HistoryEntry {
  /** Steps of the simulator, or milliseconds since the run began. */
  readonly t: number
  /** The process, the client, or the fault: `payment#1`, `client`, `nemesis`. */
  readonly who: string
  readonly what: string
  readonly topic?: string
  readonly partition?: number
  /** A number in the simulator; text where it comes from a broker. */
  readonly offset?: number | string
  readonly eventId?: string
  /** Missing for what concerns every order: a crash, a rewind, a broker that is away. */
  readonly orderId?: string
}

const place = ({ topic, partition, offset }: HistoryEntry): string => {
  if (topic === undefined) return ''
  return `  @ ${topic}${partition === undefined ? '' : `/${partition}`}${offset === undefined ? '' : `/${offset}`}`
}

/**
 * The whole history of one order as lines for people, in the order in which it happened. What concerns every order stands between them, since it is
 * what the order has suffered; so do leading faults, from the order's first line on.
 */
export const timeline = (history: readonly HistoryEntry[], orderId: string): string => {
  const first = history.findIndex((entry) => entry.orderId === orderId)
  if (first === -1) return `order ${orderId}: nothing is known of it`
  const own = history.filter(
    (entry, i) =>
      entry.orderId === orderId || (entry.orderId === undefined && entry.eventId === undefined && i > first),
  )
  const times = own.map(({ t }) => String(t))
  const timeWidth = Math.max(...times.map((text) => text.length))
  const whoWidth = Math.max(...own.map(({ who }) => who.length))
  const lines = own.map((entry, i) => {
    const event = entry.eventId === undefined ? '' : ` ${entry.eventId}`
    return `  ${times[i]!.padStart(timeWidth)}  ${entry.who.padEnd(whoWidth)}  ${entry.what}${event}${place(entry)}`
  })
  return [`order ${orderId}:`, ...lines].join('\n')
}
