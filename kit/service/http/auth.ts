import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Caller } from './caller.ts'
import { Problem } from './problem.ts'

/** Who asks, by the `Authorization` header. Throws a Problem: 401 where the token is missing or bad, 503 while it cannot be checked. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

export interface AuthOptions {
  /** As in the tokens; its keys are at `<issuer>/.well-known/jwks.json`. */
  readonly issuer: string
  readonly audience: string
  /** Default: the issuer's, asked for when they are needed. */
  readonly keys?: JWTVerifyGetKey
  /** Ms since 1970. */
  readonly now?: () => number
}

/** A token is never accepted for longer, whatever its `exp` says. */
const maxAgeSeconds = 600
const toleranceSeconds = 5

/** A token that was good stays so for a while without its signature being checked again; a key that is taken back counts after this long. */
const rememberMs = 30_000
const rememberAtMost = 5_000

const claims = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(['customer', 'admin', 'service']),
  scope: z.string().max(2_000).default(''),
  exp: z.number(),
  iat: z.number(),
})

const refuse = (detail: string, error?: string): Problem =>
  new Problem(401, `authorization: ${detail}`, [], {
    'www-authenticate': `Bearer realm="saga-lab"${error === undefined ? '' : `, error="${error}", error_description="${detail}"`}`,
  })

const tokenOf = (authorization: string | undefined): string => {
  if (authorization === undefined) throw refuse('a bearer token is needed')
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1]
  if (token === undefined || token.length > 8_192) throw refuse('expected Bearer and a signed token', 'invalid_token')
  return token
}

/** What jose throws says which check failed, and nothing of the token. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'a claim of the token is missing or not meant for this service',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is signed with a key that the issuer does not know',
}

const toRefusal = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : refuse(reasons[(error as { code?: string }).code ?? ''] ?? 'the token is not valid', 'invalid_token')

const toCaller = (payload: JWTPayload): { caller: Caller; until: number } => {
  const read = claims.safeParse(payload)
  if (!read.success) throw refuse('a claim of the token is missing or malformed', 'invalid_token')
  const { sub, role, scope, exp, iat } = read.data
  const until = (Math.min(exp, iat + maxAgeSeconds) + toleranceSeconds) * 1_000
  return { caller: { sub, role, scopes: scope.split(' ').filter((word) => word !== '') }, until }
}

/** Checks access tokens (RFC 9068) that are signed with ES256. Key hints in a token's own header are passed over. */
export const createAuthenticate = async (options: AuthOptions): Promise<Authenticate> => {
  const { jwtVerify } = await import('jose')
  const { issuer, audience, now = Date.now } = options
  const keys = options.keys ?? (await (await import('./issuer-keys.ts')).issuerKeys(issuer))
  const known = new Map<string, { readonly caller: Caller; readonly until: number }>()

  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['ES256'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
      clockTolerance: toleranceSeconds,
      maxTokenAge: maxAgeSeconds,
      currentDate: new Date(now()),
    })
    return toCaller(payload)
  }

  return async (authorization) => {
    const token = tokenOf(authorization)
    const earlier = known.get(token)
    if (earlier !== undefined && now() < earlier.until) return earlier.caller
    const { caller, until } = await verify(token).catch((error: unknown) => {
      throw toRefusal(error)
    })
    if (known.size >= rememberAtMost) known.clear()
    known.set(token, { caller, until: Math.min(until, now() + rememberMs) })
    return caller
  }
}
