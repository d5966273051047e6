import type { Decision } from '../../kit/service/decision.ts'
import type { EventOf } from '../contracts/catalogue.ts'

/** What shipping keeps of a user: no name and no address, so there is nothing here to be forgotten. */
export interface User {
  readonly userId: string
  /** null: only the end of this user is known. */
  readonly role: 'customer' | 'admin' | null
  readonly active: boolean
  /** Of the newest event that was seen. */
  readonly revision: number
}

export type UserEvent = EventOf<'identity.user.created' | 'identity.user.updated' | 'identity.user.deactivated'>

/** The local copy after an event. One that is not newer than what is known changes nothing, and whoever is gone does not come back. */
export const learn = ({ eventType, data }: UserEvent, known: User | undefined): Decision<User | undefined, never> => {
  if (known !== undefined && data.revision <= known.revision) return { state: known, emit: [] }
  const { userId, revision } = data
  const isGone = eventType === 'identity.user.deactivated'
  const role = isGone ? (known?.role ?? null) : data.role
  return { state: { userId, revision, role, active: !isGone && (known?.active ?? true) }, emit: [] }
}
