import type { Subscription } from '../../kit/service/consumer.ts'
import type { States } from '../../kit/service/plan.ts'
import { consumedBy, groupOf } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { decide, type Mail, type Mailbox, type NotificationEvent } from './domain.ts'
import { toMailRow } from './mail.ts'
import { type NotificationTables, repository } from './storage.ts'

type NotificationSubscription = Subscription<
  NotificationTables,
  NotificationEvent,
  Mailbox,
  Mail,
  States<NotificationEvent, Mailbox>
>

export const subscription: NotificationSubscription = {
  group: groupOf('notification'),
  topics: consumedBy('notification'),
  read: createReader<NotificationEvent['eventType']>(['stock-reserved', 'order-cancelled']),
  keyOf: ({ data }) => data.orderId,
  decide,
  asIfNew: () => [],
  repository,
  toRow: toMailRow,
}
