import { openSealed, type Personal } from '../../../contracts/sealed.ts'
import type { Reader } from '../../domain.ts'

/** A user's own key, or why there is none any more. */
export type UserKey = { readonly key: Uint8Array } | { readonly gone: string }

/** Asks for a user's key. Rejects while it cannot be told: then the message waits. */
export interface Keys {
  of(userId: string): Promise<UserKey>
  /** Asks anew next time: what was had does not open what came. */
  drop(userId: string): void
}

export type Contact =
  | { readonly found: Personal }
  /** There is nothing to send to, and never will be again. */
  | { readonly gone: string }

export interface Contacts {
  /** Rejects while it cannot be told. */
  of(reader: Reader): Promise<Contact>
}

/** Opens what is sealed, with the user's key, for the moment in which a message leaves; nothing of it is kept. */
export const createContacts = (keys: Keys): Contacts => ({
  of: async ({ userId, personal }) => {
    const key = await keys.of(userId)
    if ('gone' in key) return key
    if (personal === null) return { gone: 'the personal fields never came' }
    try {
      return { found: openSealed(personal, key.key, userId) }
    } catch (error) {
      keys.drop(userId)
      throw error
    }
  },
})
