import type { Ledger } from './ledger.ts'
import { statement } from './statement.ts'
import type { Store } from './store.ts'

/**
 * The outbox has no index by time: rows are looked at from the lowest id on, at most so many times the limit, which is where the oldest ones are.
 * So a call costs the same however long the table is, also when rows that nobody has sent yet lie at its beginning.
 */
const LOOK_AHEAD = 4

const outbox = statement(
  `delete from outbox where id in
   (select id from (select id, sent_at from outbox order by id limit $3) as oldest where sent_at < $1 order by id limit $2)`,
)
const inbox = statement(
  `delete from inbox where (consumer, event_id) in
   (select consumer, event_id from inbox where at < $1 order by at limit $2)`,
)
const dead = statement(
  `delete from dead where (consumer, topic, partition, "offset") in
   (select consumer, topic, partition, "offset" from dead where at < $1 order by at limit $2)`,
)

/** Each table by itself, so that no lock is held for long. Dead rows go with the inbox: both keep a redelivery from acting twice. */
export function prune<DB>({ db }: Store<DB>): Pick<Ledger, 'prune'> {
  return {
    async prune(before, limit) {
      const gone = [
        await db.executeQuery(outbox(before.outbox, limit, limit * LOOK_AHEAD)),
        await db.executeQuery(inbox(before.inbox, limit)),
        await db.executeQuery(dead(before.inbox, limit)),
      ]
      return gone.reduce((sum, { numAffectedRows }) => sum + Number(numAffectedRows ?? 0), 0)
    },
  }
}
