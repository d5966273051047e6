import { z } from 'zod'
import { shopSettings } from '../contracts/settings.ts'

const count = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

export const identitySettings = shopSettings({ port: 5005 })
  .extend({
    /** How long an access token is good. Services take none that is older than ten minutes. */
    ACCESS_TOKEN_SECONDS: count(300, 5, 600),
    /** After so many days a user has to log in again. */
    SESSION_DAYS: count(30, 1, 400),
    /** Age of a signing key at which the next one is made. */
    KEY_DAYS: count(30, 1, 3_650),
    /** A new signing key is published so long before it signs. Services ask for keys at most every 30 s: shorter, and they refuse good tokens for a while. */
    KEY_LEAD_SECONDS: count(60, 0, 3_600),
    /** The first administrator, made at the start where nobody has the address yet. */
    ADMIN_EMAIL: z.email().max(254).optional(),
    /** The file with that administrator's first password. */
    ADMIN_PASSWORD_FILE: z.string().min(1).optional(),
    /** Services that may ask for tokens of their own: see tokens/clients.ts. Default: none. */
    CLIENTS_FILE: z.string().min(1).optional(),
  })
  .superRefine(({ ADMIN_EMAIL, ADMIN_PASSWORD_FILE }, context) => {
    if ((ADMIN_EMAIL === undefined) === (ADMIN_PASSWORD_FILE === undefined)) return
    const path = [ADMIN_EMAIL === undefined ? 'ADMIN_EMAIL' : 'ADMIN_PASSWORD_FILE']
    context.addIssue({ code: 'custom', path, message: 'ADMIN_EMAIL and ADMIN_PASSWORD_FILE belong together' })
  })
  // Instances that share a database must share this name too.
  .transform((settings) => ({ ...settings, AUTH_ISSUER: settings.AUTH_ISSUER ?? `http://127.0.0.1:${settings.PORT}` }))

export type IdentitySettings = z.output<typeof identitySettings>
