import { startConsumer } from '../../../kit/service/consumer.ts'
import { publishBy } from '../../../kit/service/outbound.ts'
import type { Parts } from '../../../kit/service/parts.ts'
import type { Publish } from '../../../kit/service/relay.ts'
import { readSecretFile } from '../../../kit/service/secret-file.ts'
import type { ServiceSpec } from '../../../kit/service/spec.ts'
import type { Way } from '../domain.ts'
import type { NotificationSettings } from '../settings.ts'
import { createWholeRoutes } from './api.ts'
import { createWholeUseCases } from './application.ts'
import type { Channel } from './channels/channel.ts'
import { printing } from './channels/printing.ts'
import { bySmtp } from './channels/smtp.ts'
import { type Contacts, createContacts } from './courier/contacts.ts'
import { type Courier, createCourier } from './courier/courier.ts'
import { createKeys } from './courier/keys.ts'
import { outboxTopic, wholeSubscription } from './messaging.ts'
import { createMessageMetrics } from './metrics.ts'
import { createQueue } from './queue.ts'
import { type WholeTables, wholeMigrations } from './tables.ts'

type WholeParts = Parts<WholeTables, NotificationSettings>
type Spec = ServiceSpec<WholeTables, NotificationSettings>

const longestDelayMs = 600_000

/** Without SMTP nothing needs an address, and nobody's fields are opened. */
const contactsOf = ({ settings, now }: WholeParts): Contacts | null => {
  const { IDENTITY_URL: identity, CLIENT_ID: clientId, CLIENT_SECRET_FILE: file } = settings
  if (identity === undefined || file === undefined) return null
  const secret = (): string => readSecretFile('CLIENT_SECRET_FILE', file)
  // What is wrong with the file is said now, and not when the first mail is due.
  secret()
  return createContacts(createKeys({ identity, clientId, secret, now }))
}

const emailBy = async ({ settings, narrator }: WholeParts, printer: Channel): Promise<Channel> => {
  const { SMTP_URL: url, MAIL_FROM: from, SMTP_TIMEOUT_MS: timeoutMs } = settings
  return url === undefined ? printer : bySmtp({ url, from, timeoutMs, narrator })
}

const courierOf = async (parts: WholeParts): Promise<Courier> => {
  const { settings, store, metrics, narrator } = parts
  const printer = printing(narrator)
  const { ADMIN_EMAIL: admin, MESSAGE_RETRIES: retries, MESSAGE_RETRY_FIRST_DELAY_MS: firstDelayMs } = settings
  return createCourier({
    parts,
    printer,
    contacts: contactsOf(parts),
    channels: { email: await emailBy(parts, printer), sms: printer, push: printer },
    admin: admin === undefined ? null : { name: null, email: admin, phone: null },
    patience: { retries, firstDelayMs, factor: 3, longestMs: longestDelayMs },
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
      courier = await courierOf(parts)
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
