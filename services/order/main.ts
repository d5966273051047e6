import { randomUUIDv7 } from 'node:crypto'
import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { createFollowers } from './followers.ts'
import { subscription } from './messaging.ts'
import { createQueries } from './queries.ts'
import { orderSettings } from './settings.ts'
import { createOrders } from './storage.ts'
import { byUser, migrations } from './tables.ts'

await runService('order', () => {
  const settings = readSettings(orderSettings, process.env)
  return {
    name: 'order',
    group: groupOf('order'),
    version: '1.0.0',
    settings,
    migrations: settings.AUTH_ISSUER === undefined ? migrations : [...migrations, byUser],
    topics: topicsOf('order', settings.TOPIC_PARTITIONS, settings.SHOP),
    routes: (parts) => {
      const orders = createOrders(parts.store, settings.ORDER_SNAPSHOT_EVERY)
      const followers = createFollowers(orders.projection.getAll, {
        everyMs: 200,
        onFailure: (error) =>
          parts.log.warn({ error: String(error) }, 'orders cannot be looked up for who follows them'),
      })
      return createRoutes(createUseCases(parts, orders, randomUUIDv7), createQueries(orders, followers), settings.SHOP)
    },
    consume: (parts, onFatal) =>
      startConsumer(
        parts,
        subscription(parts, createOrders(parts.store, settings.ORDER_SNAPSHOT_EVERY), settings.SHOP),
        onFatal,
      ),
  }
})
