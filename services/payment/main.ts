import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { createDeclines } from './declines.ts'
import { subscription } from './messaging.ts'
import { paymentSettings } from './settings.ts'
import { migrations } from './storage.ts'

await runService('payment', () => {
  const settings = readSettings(paymentSettings, process.env)
  return {
    name: 'payment',
    group: groupOf('payment'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('payment', settings.TOPIC_PARTITIONS, settings.SHOP),
    routes: (parts) => createRoutes(createUseCases(parts), settings.SHOP),
    consume: (parts, onFatal) => {
      const { declines, declining } = createDeclines(
        settings.PAYMENT_FAIL_RATE,
        settings.PAYMENT_SEED,
        parts.switches.board,
      )
      return startConsumer(parts, subscription(parts, declines, declining, settings.SHOP), onFatal)
    },
  }
})
