import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf } from '../contracts/catalogue.ts'

type UserData = DataOf<'identity.user.created'>

/** What a user may say about themselves. */
export interface Profile {
  readonly name: string | null
  /** Normalised; null only once the user is forgotten. */
  readonly email: string | null
  readonly phone: string | null
  readonly preferences: UserData['preferences']
}

/** active → deactivated → forgotten; a user who is gone never comes back under the same id. `revision` rises with every change. */
export interface User extends Profile {
  readonly userId: string
  readonly role: UserData['role']
  readonly status: 'active' | 'deactivated' | 'forgotten'
  readonly revision: number
}

/** What the world is told. The event is made of the user as they are then. */
export type News = 'created' | 'updated' | 'deactivated'
type Change = Decision<User, News>

export const normalEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase()

const silence: UserData['preferences'] = { channels: [], quietHours: null }

export const register = (userId: string, role: User['role'], profile: Profile): Change => ({
  state: { ...profile, userId, role, status: 'active', revision: 1 },
  emit: ['created'],
})

const updated = (user: User): Change => ({ state: { ...user, revision: user.revision + 1 }, emit: ['updated'] })
const same = (user: User): Change => ({ state: user, emit: [] })

/** What is undefined stays as it is. */
export const change = (
  user: User,
  wish: { readonly [Field in keyof Profile]?: Profile[Field] | undefined },
): Change => {
  if (user.status !== 'active') return same(user)
  const { name = user.name, email = user.email, phone = user.phone, preferences = user.preferences } = wish
  const next = { ...user, name, email, phone, preferences }
  return JSON.stringify(next) === JSON.stringify(user) ? same(user) : updated(next)
}

export const giveRole = (user: User, role: User['role']): Change =>
  user.status !== 'active' || user.role === role ? same(user) : updated({ ...user, role })

/** `forget`: all personal fields go too. Who is deactivated can still be forgotten later. */
export const deactivate = (user: User, forget: boolean): Change => {
  const status = forget ? 'forgotten' : 'deactivated'
  if (user.status === 'forgotten' || user.status === status) return same(user)
  const erased = forget ? { name: null, email: null, phone: null, preferences: silence } : {}
  return { state: { ...user, ...erased, status, revision: user.revision + 1 }, emit: ['deactivated'] }
}
