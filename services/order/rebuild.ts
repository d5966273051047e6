import { databaseUrl } from '../../kit/service/open-parts.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { openStore } from '../../kit/store/open-store.ts'
import { rebuildReadSide } from './rebuilding.ts'
import { orderSettings } from './settings.ts'
import { createOrders } from './storage.ts'
import { migrations, type OrderTables } from './tables.ts'

/** `node services/order/rebuild.ts`, with the environment of the service, which may go on meanwhile: makes what orders are now out of what happened to them. */
const settings = readSettings(orderSettings, process.env)
const store = await openStore<OrderTables>({ url: databaseUrl('order', settings), migrations })
try {
  const count = await rebuildReadSide(store, createOrders(store, settings.ORDER_SNAPSHOT_EVERY))
  console.log(`Rebuilt the read side of ${count} ${count === 1 ? 'order' : 'orders'}.`)
} finally {
  await store.close()
}
