import { startConsumer } from '../../kit/service/consumer.ts'
import { publishBy } from '../../kit/service/outbound.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { Publish } from '../../kit/service/relay.ts'
import type { ServiceSpec } from '../../kit/service/spec.ts'
import { createWholeRoutes } from './api.ts'
import { createWholeUseCases } from './application.ts'
import { printing } from './channels/printing.ts'
import { bySmtp } from './channels/smtp.ts'
import type { Contacts } from './courier/contacts.ts'
import { type Courier, createCourier } from './courier/courier.ts'
import type { Way } from './domain.ts'
import { outboxTopic, wholeSubscription } from './messaging.ts'
import { createMessageMetrics } from './metrics.ts'
import { createQueue } from './queue.ts'
import type { NotificationSettings } from './settings.ts'
import { type WholeTables, wholeMigrations } from './tables.ts'

type WholeParts = Parts<WholeTables, NotificationSettings>
type Spec = ServiceSpec<WholeTables, NotificationSettings>

const longestDelayMs = 600_000

const courierOf = async (parts: WholeParts, contacts: Contacts | null): Promise<Courier> => {
  const { settings, store, metrics, narrator } = parts
  const printer = printing(narrator)
  const { SMTP_URL: url, MAIL_FROM: from, SMTP_TIMEOUT_MS: timeoutMs, ADMIN_EMAIL: admin } = settings
  return createCourier({
    parts,
    printer,
    contacts,
    channels: {
      email: url === undefined ? printer : await bySmtp({ url, from, timeoutMs, narrator }),
      sms: printer,
      push: printer,
    },
    admin: admin === undefined ? null : { name: null, email: admin, phone: null },
    patience: {
      retries: settings.MESSAGE_RETRIES,
      firstDelayMs: settings.MESSAGE_RETRY_FIRST_DELAY_MS,
      factor: 3,
      longestMs: longestDelayMs,
    },
    metrics: createMessageMetrics(metrics.registry, () => createQueue(store).waiting()),
    random: Math.random,
  })
}

/** In the whole shop messages go by three channels, each at its own pace, and everything about them is in the database. */
export const wholePart = (): Pick<Spec, 'migrations' | 'prepare' | 'publish' | 'routes' | 'background' | 'consume'> => {
  let courier: Courier | undefined
  const ring = (way: Way): void => courier?.ring(way)
  /** The row is a bell and no more: what it announces stays in the table of messages until it is sent. */
  const bell =
    (way: Way): Publish =>
    async () =>
      ring(way)
  const ways = ['email', 'sms', 'push'] as const
  const bells = Object.fromEntries(ways.map((way) => [outboxTopic(way), bell(way)]))
  return {
    migrations: wholeMigrations,
    prepare: async (parts) => {
      courier = await courierOf(parts, null)
    },
    publish: (kafka) => publishBy(bells, kafka),
    routes: ({ store, now }) => createWholeRoutes(createWholeUseCases(store, { now, ring })),
    background: () => {
      courier!.start()
      return courier!
    },
    consume: (parts, onFatal) => startConsumer(parts, wholeSubscription, onFatal),
  }
}
