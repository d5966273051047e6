import { dead } from './dead.ts'
import { inbox } from './inbox.ts'
import type { Ledger } from './ledger.ts'
import { outbox } from './outbox.ts'
import { parking } from './parking.ts'
import { prune } from './prune.ts'
import type { Store } from './store.ts'

/** The bookkeeping of one open store. Holds no state of its own: any number of them may work on one database. */
export function createLedger<DB>(store: Store<DB>): Ledger {
  return { ...inbox(store.dialect), ...outbox(store), ...parking(store), ...dead(store.dialect), ...prune(store) }
}
