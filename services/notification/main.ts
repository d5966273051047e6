import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { corePart } from './core.ts'
import { notificationSettings } from './settings.ts'

// Loaded only where it is used, so that the core shop starts as quickly as ever.
const wholePart = process.env.SHOP === 'whole' ? (await import('./whole/part.ts')).wholePart : null

await runService('notification', () => {
  const settings = readSettings(notificationSettings, process.env)
  const described = {
    name: 'notification',
    group: groupOf('notification'),
    version: '1.0.0',
    settings,
    topics: topicsOf('notification', settings.TOPIC_PARTITIONS, settings.SHOP),
  }
  return wholePart === null ? { ...described, ...corePart } : { ...described, ...wholePart() }
})
