import { startConsumer } from '../../kit/service/consumer.ts'
import { publishBy } from '../../kit/service/outbound.ts'
import type { ServiceSpec } from '../../kit/service/spec.ts'
import { createRoutes } from './api.ts'
import { createUseCases } from './application.ts'
import { mailByPrinting, mailTopic } from './mail.ts'
import { subscription } from './messaging.ts'
import type { NotificationSettings } from './settings.ts'
import { migrations, type NotificationTables } from './storage.ts'

type Spec = ServiceSpec<NotificationTables, NotificationSettings>

/** In the core shop an order has one mail, and a mail is a printed line. */
export const corePart: Pick<Spec, 'migrations' | 'publish' | 'routes' | 'consume'> = {
  migrations,
  publish: (kafka, { narrator }) => publishBy({ [mailTopic]: mailByPrinting(narrator) }, kafka),
  routes: ({ store }) => createRoutes(createUseCases(store)),
  consume: (parts, onFatal) => startConsumer(parts, subscription, onFatal),
}
