import type { LoggedEvent, Snapshot } from '../snapshot.ts'

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

export interface Fact {
  readonly eventId: string
  readonly orderId: string
  readonly amount: number
  readonly quantity: number
  readonly productId: string
}

/** The events of one type that lie on its topic, each id once, of orders that the shop took. What the nemesis made up is left out. */
export const factsOf = ({ log, orders }: Snapshot, type: string): Fact[] => {
  const known = new Set(orders.map(({ orderId }) => orderId))
  const facts = new Map<string, Fact>()
  for (const { topic, event } of log) {
    if (topic !== type || event === null || event.source === 'nemesis') continue
    const orderId = String(event.data.orderId)
    if (known.has(orderId)) facts.set(event.eventId, factOf(event, orderId))
  }
  return [...facts.values()]
}

const factOf = ({ eventId, data }: LoggedEvent, orderId: string): Fact => ({
  eventId,
  orderId,
  amount: Number(data.amount),
  quantity: Number(data.quantity),
  productId: String(data.productId),
})
