import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import { Problem } from './problem.ts'

const limits = { cooldownDuration: 30_000, cacheMaxAge: 600_000, timeoutDuration: 2_000 }

/** After a failed call the last known keys serve this long before the issuer is asked again. */
const restMs = 2_000

const unavailable = (): Problem =>
  new Problem(503, 'The token cannot be checked now: its issuer does not answer. Ask again later.', [], {
    'retry-after': '2',
  })

const isAboutTheToken = (error: unknown): boolean =>
  ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'].includes(
    (error as { code?: string }).code ?? '',
  )

/**
 * The signing keys of an issuer, fetched when a token needs them and kept. While the issuer is away the keys that were fetched last go on serving;
 * a token of another key is then neither good nor bad, and the caller is told to come again (503).
 */
export const issuerKeys = (issuer: string): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(new URL(`${issuer.replace(/\/+$/, '')}/.well-known/jwks.json`), limits)
  let awayUntil = 0

  const lastKnown: JWTVerifyGetKey = async (header, token) => {
    const known = remote.jwks()
    if (known === undefined) throw unavailable()
    return createLocalJWKSet(known)(header, token).catch((error: unknown) => {
      throw isAboutTheToken(error) ? unavailable() : error
    })
  }

  return async (header, token) => {
    if (performance.now() < awayUntil) return lastKnown(header, token)
    try {
      return await remote(header, token)
    } catch (error) {
      if (isAboutTheToken(error)) throw error
      awayUntil = performance.now() + restMs
      return lastKnown(header, token)
    }
  }
}
