import type { Personal } from '../channels/channel.ts'
import type { Reader } from '../domain.ts'

/** A user's own key, or that there is none any more. */
export type UserKey = { readonly key: Uint8Array } | { readonly gone: string }

/** Asks for a user's key. Rejects while it cannot be told: then the message waits. */
export interface Keys {
  of(userId: string): Promise<UserKey>
  /** Asks anew next time: what was had does not open what came. */
  drop(userId: string): void
}

type Sealed = NonNullable<Reader['personal']>
/** Throws where the key does not fit. */
export type Open = (sealed: Sealed, key: Uint8Array) => Personal

export type Contact =
  | { readonly found: Personal }
  /** There is nothing to send to, and never will be again. */
  | { readonly gone: string }

export interface Contacts {
  /** Rejects while it cannot be told. */
  of(reader: Reader): Promise<Contact>
}

/** Opens what is sealed, with the user's key, for the moment in which a message leaves; nothing of it is kept. */
export const createContacts = (keys: Keys, open: Open): Contacts => ({
  of: async ({ userId, personal }) => {
    const key = await keys.of(userId)
    if ('gone' in key) return key
    if (personal === null) return { gone: 'the user is forgotten' }
    try {
      return { found: open(personal, key.key) }
    } catch {
      keys.drop(userId)
      throw new Error("the user's key does not open the personal fields")
    }
  },
})
