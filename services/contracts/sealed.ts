import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { DataOf } from './catalogue.ts'

/** Personal fields as they travel in a user's events: AES-256-GCM, everything in base64. */
export type Sealed = DataOf<'identity.user.created'>['personal']

const personalFields = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
})

/** What is sealed; null where the user gave none. */
export type Personal = z.infer<typeof personalFields>

/** The scope that an access token needs for `GET /internal/users/:userId/key`. */
export const userKeyScope = 'user-key:read'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

export const newUserKey = (): Buffer => randomBytes(keyBytes)

/** Seals with the user's own key. The user's id is bound to it: what was sealed for one user does not open as another's. */
export const sealPersonal = (
  personal: Personal,
  { key, keyId, userId }: { readonly key: Uint8Array; readonly keyId: string; readonly userId: string },
): Sealed => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(userId))
  const text = Buffer.concat([cipher.update(JSON.stringify(personal), 'utf8'), cipher.final()])
  return {
    keyId,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: text.toString('base64'),
  }
}

/** Opens what sealPersonal sealed. Throws where key or user is another, or a bit was changed; the error says nothing of the content. */
export const openSealed = ({ iv, tag, text }: Sealed, key: Uint8Array, userId: string): Personal => {
  try {
    const decipher = createDecipheriv(algorithm, key, Buffer.from(iv, 'base64'), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(userId)).setAuthTag(Buffer.from(tag, 'base64'))
    const opened = Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()])
    return personalFields.parse(JSON.parse(opened.toString('utf8')))
  } catch {
    throw new Error(`the personal fields of user ${userId} do not open with this key`)
  }
}
