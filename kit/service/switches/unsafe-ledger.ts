import type { Ledger, OutboxRow } from '../../store/ledger.ts'
import type { Switches } from './switches.ts'

/**
 * The ledger with safeties that can be switched off. Without the outbox, rows are handed to the relay and written nowhere: it publishes them,
 * but a process that dies between its commit and the broker's ack takes them with it, as it does with every service that commits first and
 * sends then. Without the inbox, events are handled that it holds already.
 */
export const unsafeLedger = (ledger: Ledger, { inbox, outbox }: Pick<Switches, 'inbox' | 'outbox'>): Ledger => {
  /** Below all ids of the table: marking them as sent finds no row. */
  let lastId = 0
  const inMemory = (rows: Parameters<Ledger['enqueue']>[2], createdAt: number): OutboxRow[] =>
    rows.map((row) => ({ ...row, id: --lastId, createdAt }))
  return {
    ...ledger,
    remember: async (tx, consumer, eventIds, at) => {
      if (inbox.on === null) return ledger.remember(tx, consumer, eventIds, at)
      const known = await ledger.seen(tx, consumer, eventIds)
      await ledger.remember(
        tx,
        consumer,
        eventIds.filter((id) => !known.has(id)),
        at,
      )
    },
    enqueue: (tx, owner, rows, at) => {
      if (outbox.on === null) return ledger.enqueue(tx, owner, rows, at)
      outbox.injected += rows.length
      return Promise.resolve(inMemory(rows, at))
    },
  }
}
