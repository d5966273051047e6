import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface Claims {
  readonly sub?: string
  readonly role?: 'customer' | 'admin' | 'service'
  readonly audience?: string
  readonly issuer?: string
  /** Seconds from now. */
  readonly expires?: number
}

/** Issues tokens as the identity service does, and bad ones as well. */
export interface TestIssuer {
  readonly url: string
  /** The public key as an attacker sees it. */
  readonly publicJwk: Readonly<Record<string, unknown>>
  token(claims?: Claims, header?: object, key?: CryptoKey): Promise<string>
  /** A new key becomes known beside the old one, which goes on signing. */
  publishNext(): Promise<void>
  signWithNext(): void
  /** Of all keys, that which signs stays known. */
  forgetOld(): void
  stop(): Promise<void>
}

const newKey = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

export const startIssuer = async (): Promise<TestIssuer> => {
  let keys = [await newKey('k1')]
  let signing = keys[0]!
  const server = createServer((request, response) => {
    const known = request.url === '/.well-known/jwks.json' || request.url === '/live'
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    publicJwk: keys[0]!.jwk,
    token: (
      { sub = 'ann', role = 'customer', audience = 'saga-lab', issuer = url, expires = 300 } = {},
      header,
      key,
    ) => {
      const { kid, privateKey } = signing
      const now = Math.floor(Date.now() / 1_000)
      return new SignJWT({ role, scope: '' })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(sub)
        .setJti(crypto.randomUUID())
        .setIssuedAt(now + Math.min(0, expires - 300))
        .setExpirationTime(now + expires)
        .sign(key ?? privateKey)
    },
    publishNext: async () => {
      keys = [...keys, await newKey(`k${keys.length + 1}`)]
    },
    signWithNext: () => {
      signing = keys.at(-1)!
    },
    forgetOld: () => {
      keys = [signing]
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
