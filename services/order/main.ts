import { randomUUIDv7 } from 'node:crypto'
import { startConsumer } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { createFollowers } from './followers.ts'
import { subscription } from './messaging.ts'
import { createQueries } from './queries.ts'
import { withSagas } from './saga/messaging.ts'
import { sagaMigrations } from './saga/storage.ts'
import { orchestrate } from './saga/wire.ts'
import { orderSettings } from './settings.ts'
import { createOrders } from './storage.ts'
import { byUser, migrations, type OrderTables } from './tables.ts'

await runService('order', () => {
  const settings = readSettings(orderSettings, process.env)
  const ordersOf = (parts: Parts<OrderTables>) => createOrders(parts.store, settings.ORDER_SNAPSHOT_EVERY)
  const orchestration = (parts: Parts<OrderTables>) =>
    settings.SHOP === 'whole' ? orchestrate(parts, ordersOf(parts), settings) : undefined
  return {
    name: 'order',
    group: groupOf('order'),
    version: '1.0.0',
    settings,
    migrations: [
      ...migrations,
      ...(settings.AUTH_ISSUER === undefined ? [] : [byUser]),
      ...(settings.SHOP === 'whole' ? sagaMigrations : []),
    ],
    topics: topicsOf('order', settings.TOPIC_PARTITIONS, settings.SHOP),
    routes: (parts) => {
      const orders = ordersOf(parts)
      const led = orchestration(parts)
      const followers = createFollowers(orders.projection.getAll, {
        everyMs: 200,
        onFailure: (error) =>
          parts.log.warn({ error: String(error) }, 'orders cannot be looked up for who follows them'),
      })
      const useCases = createUseCases(parts, orders, randomUUIDv7, led?.conductor)
      return [...createRoutes(useCases, createQueries(orders, followers), settings.SHOP), ...(led?.routes ?? [])]
    },
    background: (parts) => orchestration(parts)?.background() ?? { stop: async () => undefined },
    consume: (parts, onFatal) => {
      const inner = subscription(parts, ordersOf(parts), settings.SHOP)
      const led = orchestration(parts)
      return led === undefined
        ? startConsumer(parts, inner, onFatal)
        : startConsumer(parts, withSagas(inner, led.sagas), onFatal)
    },
  }
})
