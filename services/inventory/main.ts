import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { subscription } from './messaging.ts'
import { inventorySettings } from './settings.ts'
import { migrations } from './storage.ts'

await runService('inventory', () => {
  const settings = readSettings(inventorySettings, process.env)
  return {
    name: 'inventory',
    group: groupOf('inventory'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('inventory', settings.TOPIC_PARTITIONS, settings.SHOP),
    prepare: (parts) => createUseCases(parts, settings.LOW_STOCK).load(settings.STOCK, settings.STOCK_LOAD),
    routes: (parts) => createRoutes(createUseCases(parts, settings.LOW_STOCK)),
    consume: (parts, onFatal) => startConsumer(parts, subscription(parts, settings.SHOP), onFatal),
  }
})
