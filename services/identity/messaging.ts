import type { NewEvent } from '../contracts/catalogue.ts'
import { sealPersonal } from '../contracts/sealed.ts'
import type { News, User } from './domain.ts'
import type { UserKey } from './storage.ts'

type UserEvent = NewEvent<'identity.user.created' | 'identity.user.updated' | 'identity.user.deactivated'>

const sealed = ({ userId, name, email, phone }: User, { key, keyId }: UserKey) =>
  sealPersonal({ name, email, phone }, { key: Buffer.from(key, 'base64'), keyId, userId })

/** The event that tells of a change: names and addresses in it are sealed, so that deleting one key makes every copy of it silent. */
export const toEvent = (news: News, user: User, key: UserKey): UserEvent => {
  const { userId, role, preferences, revision, status } = user
  const occurrence = revision
  if (news === 'deactivated') {
    const data = { userId, revision, forgotten: status === 'forgotten' }
    return { type: 'identity.user.deactivated', data, occurrence }
  }
  const data = { userId, role, preferences, personal: sealed(user, key), revision }
  return news === 'created'
    ? { type: 'identity.user.created', data }
    : { type: 'identity.user.updated', data, occurrence }
}
