import { z } from 'zod'
import { userData } from '../contracts/schemas.ts'
import { normalEmail } from './domain.ts'

/** What callers send. No message repeats what was sent. */
export const email = z.string().max(254).transform(normalEmail).pipe(z.email())
/** Long is good; nothing else is asked of it. */
const newPassword = z.string().min(10).max(200)
const name = z.string().trim().min(1).max(200)
const phone = z.string().regex(/^\+?[\d ()/-]{5,30}$/, 'expected digits, and + at the front')

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected hh:mm')
const preferences = z.object({
  channels: userData.shape.preferences.shape.channels.max(3),
  quietHours: z
    .object({ from: clock, to: clock, timeZone: z.string().max(60).refine(isTimeZone, 'unknown time zone') })
    .nullable(),
})

export const registration = z.object({
  email,
  password: newPassword,
  name: name.nullable().default(null),
  phone: phone.nullable().default(null),
  preferences: preferences.optional(),
})
export const credentials = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) })
export const refresh = z.object({ refreshToken: z.string().min(1).max(200) })
export const profileChange = z.object({
  email: email.optional(),
  name: name.nullable().optional(),
  phone: phone.nullable().optional(),
  preferences: preferences.optional(),
})
export const ending = z.object({
  forget: z.boolean().default(false).describe('Delete the key of the personal fields too: nobody can read them again'),
})
export const roleChange = z.object({ role: userData.shape.role })
export const userPath = z.object({ userId: z.string().min(1).max(200) })
export const page = z.object({
  after: z.string().max(200).default('').describe('The last userId of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export const traceHeader = z.object({ traceparent: z.string().optional() })
