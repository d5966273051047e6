import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { readSecretFile } from '../../../kit/service/secret-file.ts'
import { SettingsError } from '../../../kit/service/settings.ts'

/**
 * CLIENTS_FILE is a JSON list of these. A secret is random, 32 bytes or more, so a plain hash is enough to keep it:
 * `createHash('sha256').update(secret).digest('base64url')`.
 */
const client = z.strictObject({
  clientId: z.string().regex(/^[\w.-]{1,100}$/, 'expected letters, digits, . _ -'),
  secretHash: z.string().regex(/^[\w-]{43}$/, 'expected a SHA-256 in base64url'),
  scopes: z.array(z.string().regex(/^[\w:.-]{1,100}$/)).max(50),
})

export type Client = z.infer<typeof client>

export interface Clients {
  /** The client with this secret, or undefined; it takes as long for one that does not exist. */
  authenticate(clientId: string, secret: string): Client | undefined
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
const nobody = Buffer.alloc(32)

export const createClients = (list: readonly Client[]): Clients => {
  const known = new Map(list.map((one) => [one.clientId, one]))
  return {
    authenticate: (clientId, secret) => {
      const found = known.get(clientId)
      const expected = found === undefined ? nobody : Buffer.from(found.secretHash, 'base64url')
      return timingSafeEqual(hashOf(secret), expected) ? found : undefined
    },
  }
}

/** Throws SettingsError where the file is no such list, or others may read it. */
export const readClients = (path: string | undefined): Clients => {
  if (path === undefined) return createClients([])
  const text = readSecretFile('CLIENTS_FILE', path)
  try {
    return createClients(z.array(client).parse(JSON.parse(text)))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replace(/\n/g, ' ') : 'not JSON'
    throw new SettingsError(`CLIENTS_FILE=${path}: ${why}`)
  }
}
