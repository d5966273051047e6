import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, OutgoingRecord } from '../../kit/kafka/bus.ts'
import type { Tracing } from '../../kit/telemetry/spans.ts'

const EVENTS_AN_ORDER = 4
const SEND_EVERY_MS = 20

type Source = 'order' | 'payment' | 'inventory'

/** Where the records go, and the spans of their writing. */
export interface Till {
  readonly bus: Bus
  readonly tracingOf: Readonly<Record<Source, Tracing>>
}

/** The records of one order as the shop writes them; every fourth finds no stock. */
function recordsOf(orderId: string, { tracingOf }: Till): OutgoingRecord[] {
  const fails = Number(orderId.split('-').at(-1)) % 4 === 0
  const way: readonly (readonly [type: string, source: Source])[] = [
    ['order-created', 'order'],
    ['payment-success', 'payment'],
    [fails ? 'stock-failed' : 'stock-reserved', 'inventory'],
    fails ? ['order-cancelled', 'order'] : ['stock-reserved', 'inventory'],
  ]
  let parent: string | undefined
  return way.map(([type, source], i) => {
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
      ...{ version: 1, source, correlationId: orderId, causationId: null, data },
    }
    const traceparent = tracingOf[source].produced(type, orderId, parent)
    parent = traceparent
    return { topic: type, key: orderId, value: JSON.stringify(envelope), headers: { traceparent } }
  })
}

/** Over all loads: an order of the same name would be a duplicate, which is drawn whatever else there is. */
let orders = 0

/** Writes so many events a second, evenly, for so long; returns how many it wrote. */
export async function writeEvents(till: Till, perSecond: number, seconds: number): Promise<number> {
  const begun = performance.now()
  const total = perSecond * seconds
  let written = 0
  while (written < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond))
    const records: OutgoingRecord[] = []
    while (written + records.length + EVENTS_AN_ORDER <= due) records.push(...recordsOf(`bench-${++orders}`, till))
    if (records.length > 0) await till.bus.send(records)
    written += records.length
    if (due >= total && written + EVENTS_AN_ORDER > total) break
    await pause(SEND_EVERY_MS)
  }
  return written
}
