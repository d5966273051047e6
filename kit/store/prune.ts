import type { Ledger } from './ledger.ts'
import { manyFor } from './many.ts'
import { statement } from './statement.ts'
import type { Store } from './store.ts'

/** How many rows a call looks at for each that it may delete. */
const LOOK_AHEAD = 4

interface InboxRow {
  readonly consumer: string
  readonly event_id: string
  readonly at: number
}

const START = { consumer: '', event_id: '' }

/**
 * Outbox and inbox have no index by time, for it would cost every event a page; what a call costs depends on `limit` all the same, not on the size of the tables.
 * The outbox is looked at from its lowest id on, where the oldest rows are. Its highest row stays (see tables.ts).
 */
const outbox = statement(
  `delete from outbox where id < (select max(id) from outbox) and id in
   (select id from (select id, sent_at from outbox order by id limit $3) as oldest
    where sent_at < $1 order by id limit $2)`,
)

/** The inbox is walked in the order of its key, a stretch a call, and again from the start when its end is reached. */
const stretch = statement<InboxRow>(
  `select consumer, event_id, at from inbox where (consumer, event_id) > ($1, $2)
   order by consumer, event_id limit $3`,
)

const dead = statement(
  `delete from dead where (consumer, topic, partition, "offset") in
   (select consumer, topic, partition, "offset" from dead where at < $1 order by at limit $2)`,
)

/** Each table by itself, so that no lock is held for long. Dead rows go with the inbox: both keep a redelivery from acting twice. */
export function prune<DB>({ db, dialect }: Store<DB>): Pick<Ledger, 'prune'> {
  const many = manyFor(dialect)
  const forget = statement(
    `delete from inbox where (consumer, event_id) in
     (select consumer, event_id from ${many.rows('$1', { consumer: 'text', event_id: 'text' })})`,
  )
  let last: Pick<InboxRow, 'consumer' | 'event_id'> = START

  async function pruneInbox(before: number, limit: number): Promise<number> {
    const look = limit * LOOK_AHEAD
    const { rows } = await db.executeQuery(stretch(last.consumer, last.event_id, look))
    const old = rows.filter((row) => row.at < before).slice(0, limit)
    last = (old.length === limit ? old.at(-1) : rows.length === look ? rows.at(-1) : undefined) ?? START
    if (old.length > 0) await db.executeQuery(forget(many.tuples(old.map((row) => [row.consumer, row.event_id]))))
    return old.length
  }

  return {
    async prune(before, limit) {
      const fromOutbox = await db.executeQuery(outbox(before.outbox, limit, limit * LOOK_AHEAD))
      const fromInbox = await pruneInbox(before.inbox, limit)
      const fromDead = await db.executeQuery(dead(before.inbox, limit))
      return Number(fromOutbox.numAffectedRows ?? 0) + fromInbox + Number(fromDead.numAffectedRows ?? 0)
    },
  }
}
