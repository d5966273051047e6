import { startConsumer } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { createCarrier } from './carrier.ts'
import { subscription } from './messaging.ts'
import { createQueries } from './queries.ts'
import { startCarrier } from './rounds.ts'
import { shippingSettings } from './settings.ts'
import { migrations, type ShippingTables } from './storage.ts'

await runService('shipping', () => {
  const settings = readSettings(shippingSettings, process.env)
  const open = (parts: Parts<ShippingTables>) => {
    const carrier = createCarrier(settings, parts.switches.board)
    return { carrier, useCases: createUseCases(parts, createQueries(parts.store.db), carrier) }
  }
  let house: ReturnType<typeof open> | undefined
  const houseOf = (parts: Parts<ShippingTables>) => (house ??= open(parts))
  return {
    name: 'shipping',
    group: groupOf('shipping'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('shipping', settings.TOPIC_PARTITIONS, 'whole'),
    routes: (parts) => createRoutes(houseOf(parts).useCases),
    background: (parts) => startCarrier(houseOf(parts).useCases, settings, parts.log),
    consume: (parts, onFatal) => startConsumer(parts, subscription(parts, houseOf(parts).carrier), onFatal),
  }
})
