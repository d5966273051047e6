import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { type Store, StoreFault } from '../../../kit/store/store.ts'
import type { IdentityTables } from '../storage.ts'
import type { RingKey } from './key-ring.ts'

export interface SigningKey extends RingKey {
  readonly privateKey: CryptoKey
  /** Without its private part. */
  readonly publicJwk: JWK
}

export interface KeyStore {
  load(): Promise<SigningKey[]>
  /** Makes the key with this number, unless another instance has just done so. */
  add(number: number, signsFrom: number): Promise<void>
  drop(kids: readonly string[]): Promise<void>
}

const algorithm = 'ES256'

const toPublic = (kid: string, { kty, crv, x, y }: JWK): JWK =>
  ({ kty, crv, x, y, kid, alg: algorithm, use: 'sig' }) as JWK

/** Signing keys lie in the database: a restart keeps them, and several instances share them. */
export const createKeyStore = ({ db, transaction }: Store<IdentityTables>): KeyStore => {
  const opened = new Map<string, SigningKey>()

  const open = async (row: IdentityTables['signing_keys']): Promise<SigningKey> => {
    const known = opened.get(row.kid)
    if (known !== undefined) return known
    const jwk: JWK = JSON.parse(row.private_jwk)
    const key = {
      number: Number(row.number),
      kid: row.kid,
      signsFrom: Number(row.signs_from),
      privateKey: (await importJWK(jwk, algorithm)) as CryptoKey,
      publicJwk: toPublic(row.kid, jwk),
    }
    opened.set(row.kid, key)
    return key
  }

  return {
    load: async () => {
      const rows = await db.selectFrom('signing_keys').selectAll().orderBy('number').execute()
      return Promise.all(rows.map(open))
    },
    add: async (number, signsFrom) => {
      const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
      const jwk = await exportJWK(privateKey)
      const kid = await calculateJwkThumbprint(jwk)
      const row = { number, kid, signs_from: signsFrom, private_jwk: JSON.stringify(jwk) }
      await transaction((tx) => tx.insertInto('signing_keys').values(row).execute()).catch((error: unknown) => {
        if (!(error instanceof StoreFault && error.code === 'constraint')) throw error
      })
    },
    drop: async (kids) => {
      if (kids.length === 0) return
      await transaction((tx) => tx.deleteFrom('signing_keys').where('kid', 'in', kids).execute())
      for (const kid of kids) opened.delete(kid)
    },
  }
}
