import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases, forgetTheOldest } from './application.ts'
import { subscription } from './messaging.ts'
import { schema } from './settings.ts'
import { migrations } from './storage.ts'

await runService('recommendation', () => {
  const settings = readSettings(schema, process.env)
  return {
    name: 'recommendation',
    group: groupOf('recommendation'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('recommendation', settings.TOPIC_PARTITIONS, 'whole'),
    routes: (parts) => createRoutes(createUseCases(parts)),
    background: (parts) => forgetTheOldest(parts),
    consume: (parts, onFatal) => startConsumer(parts, subscription, onFatal),
  }
})
