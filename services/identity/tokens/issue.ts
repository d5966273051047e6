import { SignJWT } from 'jose'
import type { Caller } from '../../../kit/service/http/caller.ts'
import type { Keys } from './keys.ts'

export interface IssuerOptions {
  readonly keys: Pick<Keys, 'signer'>
  readonly issuer: string
  readonly audience: string
  readonly lifeSeconds: number
  readonly now: () => number
  readonly newId: () => string
}

export interface AccessToken {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** Seconds. */
  readonly expiresIn: number
}

/** Signs access tokens as RFC 9068 has them. `clientId`: the program that asked for it. */
export type Issue = (caller: Caller & { readonly clientId: string }) => Promise<AccessToken>

export const createIssue =
  ({ keys, issuer, audience, lifeSeconds, now, newId }: IssuerOptions): Issue =>
  async ({ sub, role, scopes, clientId }) => {
    const { privateKey, kid } = await keys.signer()
    const at = Math.floor(now() / 1_000)
    const accessToken = await new SignJWT({ role, scope: scopes.join(' '), client_id: clientId })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(sub)
      .setJti(newId())
      .setIssuedAt(at)
      .setExpirationTime(at + lifeSeconds)
      .sign(privateKey)
    return { accessToken, tokenType: 'Bearer', expiresIn: lifeSeconds }
  }
