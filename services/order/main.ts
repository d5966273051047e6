import { randomUUIDv7 } from 'node:crypto'
import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { shopSettings } from '../contracts/settings.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { subscription } from './messaging.ts'
import { byUser, createOrders, migrations } from './storage.ts'

await runService('order', () => {
  const settings = readSettings(shopSettings({ port: 5000 }), process.env)
  return {
    name: 'order',
    group: groupOf('order'),
    version: '1.0.0',
    settings,
    migrations: settings.AUTH_ISSUER === undefined ? migrations : [...migrations, byUser],
    topics: topicsOf('order', settings.TOPIC_PARTITIONS, settings.SHOP),
    routes: (parts) => createRoutes(createUseCases(parts, createOrders(parts.store.db), randomUUIDv7), settings.SHOP),
    consume: (parts, onFatal) =>
      startConsumer(parts, subscription(parts, createOrders(parts.store.db), settings.SHOP), onFatal),
  }
})
