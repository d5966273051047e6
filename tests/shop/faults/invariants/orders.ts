import type { Entry } from '../journal.ts'
import type { Invariant, OrderRow, Snapshot } from '../snapshot.ts'

const placements = (journal: readonly Entry[]): readonly Entry[] => journal.filter(({ f }) => f === 'place')

const rowsByCustomer = ({ orders }: Snapshot): Map<string, OrderRow[]> => Map.groupBy(orders, ({ userId }) => userId)

/** What a customer may find: one order where she was told so or has a key, at most one where nobody knows, none where all said no. */
const durable: Invariant = {
  id: 'I0',
  says: 'an accepted order is kept, once; one that was surely refused is not there',
  broken: (snapshot) => {
    const rows = rowsByCustomer(snapshot)
    const customers = Map.groupBy(placements(snapshot.journal), ({ value }) => String(value.userId))
    return [...customers].flatMap(([userId, entries]) => {
      const own = rows.get(userId) ?? []
      const ids = new Set(entries.filter(({ type }) => type === 'ok').map(({ value }) => String(value.orderId)))
      const isUnknown = entries.some(({ type }) => type === 'info')
      const at = own[0] === undefined ? {} : { orderId: own[0].orderId }
      if (own.length > 1) return [{ what: `${userId} ordered once and has ${own.length} orders`, ...at }]
      if (ids.size > 1) return [{ what: `${userId} was told ${ids.size} different order ids`, ...at }]
      const [told] = ids
      if (told !== undefined && own[0]?.orderId !== told)
        return [{ what: `${userId} was told order ${told}, which is gone`, orderId: told }]
      if (told === undefined && !isUnknown && own.length > 0)
        return [{ what: `${userId} was refused and has an order`, ...at }]
      return []
    })
  },
}

const ended: Invariant = {
  id: 'I1',
  says: 'every order comes to an end',
  broken: ({ orders }) =>
    orders
      .filter(({ status }) => status !== 'CONFIRMED' && status !== 'CANCELLED')
      .map(({ orderId, status }) => ({ what: `order ${orderId} is still ${status}`, orderId })),
}

interface Sighting {
  readonly from: number
  readonly to: number
  readonly state: string
}

/** In which status each order was seen by anybody who asked, and between which two times that was so. */
const sightings = ({ journal }: Snapshot): Map<string, Sighting[]> => {
  const seen = journal.flatMap(({ t, f, type, value }) => {
    const state = f === 'read-order' ? value.status : f === 'cancel' ? value.state : undefined
    if (type !== 'ok' || typeof state !== 'string') return []
    return [{ orderId: String(value.orderId), from: f === 'read-order' ? Number(value.since) : t, to: t, state }]
  })
  return Map.groupBy(seen, ({ orderId }) => orderId)
}

/** The first two sightings, surely one behind the other, of which the second should not be. */
const stepBack = (seen: readonly Sighting[]): string | undefined => {
  for (const earlier of seen) {
    const later = seen.find(
      ({ from, state }) => from > earlier.to && earlier.state !== 'PENDING' && state !== earlier.state,
    )
    if (later !== undefined) return `${earlier.state} → ${later.state}`
  }
  return undefined
}

const oneWay: Invariant = {
  id: 'I9',
  says: 'an order goes PENDING → CONFIRMED or PENDING → CANCELLED and stays there, in what people saw and in what the topics say',
  broken: (snapshot) => {
    const status = new Map(snapshot.orders.map((order) => [order.orderId, order.status]))
    const seen = [...sightings(snapshot)].flatMap(([orderId, states]) => {
      const end = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY, state: status.get(orderId) ?? 'GONE' }
      const wrong = stepBack([...states, end])
      return wrong === undefined ? [] : [{ what: `order ${orderId} went ${wrong}`, orderId }]
    })
    const said = snapshot.log.flatMap(({ event }) =>
      event === null ? [] : [`${event.eventType} ${String(event.data.orderId)}`],
    )
    const saidOnce = new Set(said)
    const contradicted = snapshot.orders.flatMap(({ orderId, status: end }) => {
      const cancelled = saidOnce.has(`order-cancelled ${orderId}`)
      if (end === 'CONFIRMED' && cancelled)
        return [{ what: `order ${orderId} is CONFIRMED, but an order-cancelled was published`, orderId }]
      if (end === 'CONFIRMED' && !saidOnce.has(`stock-reserved ${orderId}`))
        return [{ what: `order ${orderId} is CONFIRMED without a stock-reserved`, orderId }]
      if (end === 'CANCELLED' && !cancelled)
        return [{ what: `order ${orderId} is CANCELLED and nobody was told`, orderId }]
      return []
    })
    return [...seen, ...contradicted]
  },
}

export const orderInvariants: readonly Invariant[] = [durable, ended, oneWay]
