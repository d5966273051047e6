import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose'
import { nextOf, type Ring, ringAt } from './key-ring.ts'
import type { KeyStore, SigningKey } from './key-store.ts'

export interface KeysOptions {
  readonly keyStore: KeyStore
  readonly now: () => number
  /** A new key is published so long before it signs. */
  readonly leadMs: number
  /** How long an access token is good. */
  readonly tokensLiveMs: number
  /** Age at which a key gets a successor. */
  readonly maxAgeMs: number
}

/** Clocks of instances and verifiers may differ, and a verifier takes a token a little past its end. */
const skewMs = 60_000

/** What others did to the keys is known after this long. Far below any sensible lead. */
const freshMs = 5_000

export interface Keys {
  /** The key to sign with. Rejects where the database cannot say. */
  signer(): Promise<SigningKey>
  /** What stands at jwks.json. */
  published(): readonly JWK[]
  readonly verifier: JWTVerifyGetKey
  /** Makes the next key, if none is on its way; tells which it is and when it begins to sign. */
  rotate(): Promise<{ readonly kid: string; readonly signsFrom: number }>
  /** Loads what other instances did, makes a key that is due, drops those that are dead. */
  tend(): Promise<void>
}

/** Opens the signing keys; an empty database gets its first, which signs at once. */
export const openKeys = async ({ keyStore, now, leadMs, tokensLiveMs, maxAgeMs }: KeysOptions): Promise<Keys> => {
  let keys: readonly SigningKey[] = []
  let loadedAt = 0

  const load = async (): Promise<void> => {
    keys = await keyStore.load()
    loadedAt = now()
  }
  const ring = (): Ring<SigningKey> => ringAt(keys, now(), tokensLiveMs + skewMs)
  const newest = (): SigningKey | undefined => keys.at(-1)

  await load()
  if (keys.length === 0) {
    await keyStore.add(1, now())
    await load()
  }

  const rotate = async () => {
    await load()
    if (nextOf(keys, now()) === undefined) {
      await keyStore.add((newest()?.number ?? 0) + 1, now() + leadMs)
      await load()
    }
    const { kid, signsFrom } = newest()!
    return { kid, signsFrom }
  }

  return {
    signer: async () => {
      if (now() - loadedAt > freshMs) await load()
      const { signer } = ring()
      if (signer === undefined) throw new Error('there is no key to sign with')
      return signer
    },
    published: () => ring().published.map(({ publicJwk }) => publicJwk),
    verifier: (header, token) =>
      createLocalJWKSet({ keys: ring().published.map(({ publicJwk }) => publicJwk) })(header, token),
    rotate,
    tend: async () => {
      await load()
      if (now() - (newest()?.signsFrom ?? 0) > maxAgeMs) await rotate()
      await keyStore.drop(ring().dead.map(({ kid }) => kid))
    },
  }
}
