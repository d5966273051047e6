import type { Bus, OutgoingRecord } from '../kafka/bus.ts'
import type { OutboxRow } from '../store/ledger.ts'
import type { Publish } from './relay.ts'

export const toRecord = ({ topic, key, payload, headers }: OutboxRow): OutgoingRecord => ({
  topic,
  key,
  value: payload,
  headers,
})

export const publishTo =
  (bus: Bus): Publish =>
  (rows) =>
    bus.send(rows.map(toRecord))

/**
 * Sends rows where their topic says: to a deliverer of that name, the rest to Kafka. So an e-mail leaves through the same outbox as an event,
 * with the same promise: it goes out at least once, and never for work that was rolled back.
 */
export const publishBy =
  (deliverers: Readonly<Record<string, Publish>>, rest: Publish): Publish =>
  async (rows) => {
    for (const [topic, deliver] of Object.entries(deliverers)) {
      const own = rows.filter((row) => row.topic === topic)
      if (own.length > 0) await deliver(own)
    }
    const others = rows.filter((row) => !Object.hasOwn(deliverers, row.topic))
    if (others.length > 0) await rest(others)
  }
