import { ask } from './http.ts'
import { nameOf, type Place, type Rig } from './rig.ts'

/** Somebody who only looks, at every process of the shop: so each of them gets requests, and what customers may see at any instant is on record. */
export interface Visitors {
  stop(): Promise<void>
}

const EVERY_MS = 200

const lastOrder = ({ journal }: Rig): string => {
  const placed = journal.entries.findLast(({ f, type }) => f === 'place' && type === 'ok')
  return String(placed?.value.orderId ?? 'none')
}

const pathFor = (rig: Rig, { service }: Place): string => {
  switch (service) {
    case 'order':
      return `/api/orders/${lastOrder(rig)}`
    case 'payment':
      return `/api/payments/${lastOrder(rig)}`
    case 'inventory':
      return '/api/stock'
    case 'notification':
      return `/api/notifications?orderId=${lastOrder(rig)}`
  }
}

const visit = async (rig: Rig, place: Place): Promise<void> => {
  const since = rig.journal.now()
  const reply = await ask('GET', `${rig.processOf(place).url}${pathFor(rig, place)}`)
  if (reply.kind !== 'answer' || reply.status !== 200) return
  const { orderId, status, stock } = reply.body
  if (place.service === 'order')
    rig.journal.write(`visitor of ${nameOf(place)}`, 'read-order', 'ok', { orderId, status, since })
  if (place.service === 'inventory') rig.journal.write(`visitor of ${nameOf(place)}`, 'read-stock', 'ok', { stock })
}

export const startVisitors = (rig: Rig): Visitors => {
  const busy = new Map<string, Promise<void>>()
  const timer = setInterval(() => {
    for (const place of rig.places) {
      const name = nameOf(place)
      if (!busy.has(name))
        busy.set(
          name,
          visit(rig, place).finally(() => busy.delete(name)),
        )
    }
  }, EVERY_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await Promise.all(busy.values())
    },
  }
}
