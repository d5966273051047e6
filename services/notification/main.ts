import { startConsumer } from '../../kit/service/consumer.ts'
import { publishBy } from '../../kit/service/outbound.ts'
import { runService } from '../../kit/service/run.ts'
import { baseSettings, readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { mailByPrinting, mailTopic } from './mail.ts'
import { subscription } from './messaging.ts'
import { migrations } from './storage.ts'

await runService('notification', () => {
  const settings = readSettings(baseSettings({ port: 5003 }), process.env)
  return {
    name: 'notification',
    group: groupOf('notification'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('notification', settings.TOPIC_PARTITIONS),
    publish: (kafka, { narrator }) => publishBy({ [mailTopic]: mailByPrinting(narrator) }, kafka),
    routes: ({ store }) => createRoutes(createUseCases(store)),
    consume: (parts, onFatal) => startConsumer(parts, subscription, onFatal),
  }
})
