import type { Ledger } from './ledger.ts'
import { manyFor, storable } from './many.ts'
import { statement } from './statement.ts'
import { type Store, StoreFault } from './store.ts'

type Inbox = Pick<Ledger, 'seen' | 'remember'>

export function inbox(dialect: Store<unknown>['dialect']): Inbox {
  const many = manyFor(dialect)
  const find = statement<{ event_id: string }>(
    `select event_id from inbox where consumer = $1 and ${many.oneOf('event_id', '$2', 'text')}`,
  )
  const add = statement(
    `insert into inbox (consumer, event_id, at)
     select $1, event_id, $2 from ${many.rows('$3', { event_id: 'text' })} where true on conflict do nothing`,
  )

  return {
    async seen(tx, consumer, eventIds) {
      if (eventIds.length === 0) return new Set()
      const { rows } = await tx.executeQuery(find(consumer, many.values(eventIds.map(storable))))
      if (rows.length === 0) return new Set()
      const found = new Set(rows.map((row) => row.event_id))
      return new Set(eventIds.filter((id) => found.has(storable(id))))
    },

    async remember(tx, consumer, eventIds, at) {
      if (eventIds.length === 0) return
      const ids = [...new Set(eventIds.map(storable))]
      const { numAffectedRows } = await tx.executeQuery(add(consumer, at, many.tuples(ids.map((id) => [id]))))
      if (Number(numAffectedRows) !== ids.length) throw appliedByAnother(dialect, consumer)
    },
  }
}

/**
 * In PostgreSQL another process can apply an event after our `seen` and before our `remember`; the transaction is then made again and sees it.
 * SQLite has one writer at a time, so there it is a mistake in the program.
 */
function appliedByAnother(dialect: Store<unknown>['dialect'], consumer: string): StoreFault {
  return dialect === 'postgres'
    ? new StoreFault('busy', `another process of ${consumer} has just applied one of these events`, { retriable: true })
    : new StoreFault(
        'constraint',
        `one of these events is in the inbox of ${consumer} already: leave out what seen() returns`,
      )
}
