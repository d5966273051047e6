import { z } from 'zod'
import { startConsumer } from '../../kit/service/consumer.ts'
import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { shopSettings } from '../contracts/settings.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { createDeclines } from './declines.ts'
import { subscription } from './messaging.ts'
import { migrations } from './storage.ts'

const schema = shopSettings({ port: 5001 }).extend({
  /** The share of payments that are declined, 0..1. */
  PAYMENT_FAIL_RATE: z.coerce.number().min(0).max(1).default(0),
  /** Another seed declines other orders. */
  PAYMENT_SEED: z.string().default('1'),
})

await runService('payment', () => {
  const settings = readSettings(schema, process.env)
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
