import type { EventName } from './catalogue.ts'

/** Turns data of version `n` into data of version `n + 1`. Pure; it knows old shapes that no schema of today describes. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>

/** Before roles there was a flag, and everybody got e-mails at any hour. */
const userOfVersion1: Upcaster = ({ isAdmin, ...data }) => ({
  ...data,
  role: isAdmin === true ? 'admin' : 'customer',
  preferences: { channels: ['email'], quietHours: null },
})

/** For each event type, its steps by the version that they start from. A schema that gets version 2 gets the step 1 here. */
export const upcasters: Readonly<Partial<Record<EventName, Readonly<Record<number, Upcaster>>>>> = {
  'identity.user.created': { 1: userOfVersion1 },
  'identity.user.updated': { 1: userOfVersion1 },
}
