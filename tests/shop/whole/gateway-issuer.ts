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
  /** Signs with a new key from now on; the old one stays known until `forgetOld`. */
  rotate(): Promise<void>
  forgetOld(): void
  stop(): Promise<void>
}

const newKey = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

export const startIssuer = async (): Promise<TestIssuer> => {
  let keys = [await newKey('k1')]
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
      const { kid, privateKey } = keys[0]!
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
    rotate: async () => {
      keys = [await newKey(`k${keys.length + 1}`), ...keys]
    },
    forgetOld: () => {
      keys = keys.slice(0, 1)
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
