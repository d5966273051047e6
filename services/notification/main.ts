import { runService } from '../../kit/service/run.ts'
import { readSettings } from '../../kit/service/settings.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { topicsOf } from '../contracts/topics.ts'
import { corePart } from './core.ts'
import { notificationSettings } from './settings.ts'
import { wholePart } from './whole.ts'

await runService('notification', () => {
  const settings = readSettings(notificationSettings, process.env)
  const described = {
    name: 'notification',
    group: groupOf('notification'),
    version: '1.0.0',
    settings,
    topics: topicsOf('notification', settings.TOPIC_PARTITIONS, settings.SHOP),
  }
  return settings.SHOP === 'core' ? { ...described, ...corePart } : { ...described, ...wholePart() }
})
