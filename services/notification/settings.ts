import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

const count = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

export const notificationSettings = shopSettings({ port: 5003 })
  .extend({
    /** In the whole shop: the server that takes e-mails, smtp://user:password@host:port or smtps://…. Default: they are printed. */
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    /** For one e-mail, in ms. */
    SMTP_TIMEOUT_MS: count(10_000, 100, 300_000),
    /** The sender of e-mails. */
    MAIL_FROM: z
      .string()
      .regex(/^[^\r\n]{3,300}$/, 'expected one line')
      .default('Saga Lab <shop@saga-lab.example>'),
    /** Whom products that run low are told to. */
    ADMIN_EMAIL: z.email().optional(),
    /** Tries after the first one, of each message. */
    MESSAGE_RETRIES: count(10, 0, 100),
    /** About so long until the second try; each further one takes three times as long, up to ten minutes. */
    MESSAGE_RETRY_FIRST_DELAY_MS: count(1_000, 1, 600_000),
    /** Who keeps the keys that open names and addresses. Needed beside SMTP_URL. */
    IDENTITY_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** As whom this service asks identity. */
    CLIENT_ID: z.string().min(1).default('notification'),
    /** The file with the secret that shows it. Needed beside SMTP_URL. */
    CLIENT_SECRET_FILE: z.string().min(1).optional(),
  })
  .superRefine((settings, context) => {
    const missing = (['IDENTITY_URL', 'CLIENT_SECRET_FILE'] as const).filter((name) => settings[name] === undefined)
    if (settings.SHOP === 'core' || settings.SMTP_URL === undefined || missing.length === 0) return
    const message = `expected ${missing.join(' and ')} beside it: addresses are sealed, and opened with a key of the identity service`
    context.addIssue({ code: 'custom', path: ['SMTP_URL'], message })
  })

export type NotificationSettings = z.output<typeof notificationSettings>
