import type { Transaction } from 'kysely'
import type { Store } from '../../kit/store/store.ts'
import type { Orders } from './storage.ts'
import type { OrderTables } from './tables.ts'

const perStep = 200

const nextOrders = async ({ db }: Store<OrderTables>, after: string): Promise<string[]> => {
  const rows = await db
    .selectFrom('order_stream')
    .select('order_id')
    .where('version', '=', 1)
    .where('order_id', '>', after)
    .orderBy('order_id')
    .limit(perStep)
    .execute()
  return rows.map(({ order_id }) => order_id)
}

const rebuildSome = async (tx: Transaction<OrderTables>, { streams, projection }: Orders, ids: readonly string[]) => {
  await tx.deleteFrom('order_snapshots').where('order_id', 'in', ids).execute()
  // First the rows, then the streams: whoever writes to one of these orders meanwhile waits, or is seen.
  await tx.deleteFrom('orders').where('order_id', 'in', ids).execute()
  await projection.replace(tx, [...(await streams.load(tx, ids)).values()])
}

/**
 * Makes the read side anew out of the streams, all of their entries, a few orders at a time: it can be asked while this goes on, and orders may come
 * and change. Orders that have no stream go. Returns how many there are.
 */
export const rebuildReadSide = async (store: Store<OrderTables>, orders: Orders): Promise<number> => {
  await store.transaction(async (tx) => {
    const inStreams = tx.selectFrom('order_stream').select('order_id').where('version', '=', 1)
    await tx.deleteFrom('orders').where('order_id', 'not in', inStreams).execute()
  })
  let done = 0
  for (let ids = await nextOrders(store, ''); ids.length > 0; ids = await nextOrders(store, ids.at(-1)!)) {
    await store.transaction((tx) => rebuildSome(tx, orders, ids))
    done += ids.length
  }
  return done
}
