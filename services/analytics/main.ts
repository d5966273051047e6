import { startConsumer } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { shopSettings } from '../contracts/settings.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { subscription } from './messaging.ts'
import { createRebuilder, type Rebuilder } from './rebuild.ts'
import { type AnalyticsTables, migrations } from './storage.ts'

await runService('analytics', () => {
  const settings = readSettings(shopSettings({ port: 5006 }), process.env)
  let rebuilder: Rebuilder
  return {
    name: 'analytics',
    group: groupOf('analytics'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('analytics', settings.TOPIC_PARTITIONS, 'whole'),
    routes: (parts: Parts<AnalyticsTables, typeof settings>) => {
      rebuilder = createRebuilder(parts)
      return createRoutes(createUseCases(parts, rebuilder), parts.now)
    },
    background: () => rebuilder.watch(),
    consume: (parts, onFatal) => startConsumer(parts, subscription, onFatal),
  }
})
