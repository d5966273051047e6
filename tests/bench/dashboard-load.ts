import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, OutgoingRecord } from '../../kit/kafka/bus.ts'

const EVENTS_AN_ORDER = 4
const SEND_EVERY_MS = 20

/** The records of one order as the shop writes them; every fourth finds no stock. */
export function recordsOf(orderId: string): OutgoingRecord[] {
  const fails = Number(orderId.split('-').at(-1)) % 4 === 0
  const way = [
    'order-created',
    'payment-success',
    fails ? 'stock-failed' : 'stock-reserved',
    fails ? 'order-cancelled' : 'stock-reserved',
  ]
  return way.map((type, i) => {
    const data = {
      orderId,
      userId: 'bench',
      productId: 201,
      quantity: 1,
      amount: 1_500,
      ...(fails && i > 1 ? { reason: 'not enough units' } : {}),
    }
    const envelope = {
      eventId: `${type}.${orderId}.${i}`,
      eventType: type,
      timestamp: new Date().toISOString(),
      ...{ version: 1, source: i === 0 ? 'order' : 'payment', correlationId: orderId, causationId: null, data },
    }
    return {
      topic: type,
      key: orderId,
      value: JSON.stringify(envelope),
      headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` },
    }
  })
}

/** Writes so many events a second, evenly, for so long; returns how many it wrote. */
export async function writeEvents(bus: Bus, perSecond: number, seconds: number): Promise<number> {
  const begun = performance.now()
  const total = perSecond * seconds
  let written = 0
  let orders = 0
  while (written < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond))
    const records: OutgoingRecord[] = []
    while (written + records.length + EVENTS_AN_ORDER <= due) records.push(...recordsOf(`bench-${++orders}`))
    if (records.length > 0) await bus.send(records)
    written += records.length
    if (due >= total && written + EVENTS_AN_ORDER > total) break
    await pause(SEND_EVERY_MS)
  }
  return written
}
