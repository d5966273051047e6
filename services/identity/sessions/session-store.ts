import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { IdentityTables } from '../storage.ts'

type Tx = Transaction<IdentityTables>

/** A refresh token is random, 32 bytes: a plain hash is enough to keep it. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

export interface Chain {
  readonly sessionId: string
  readonly userId: string
  readonly expiresAt: number
  readonly isRevoked: boolean
  /** This very token was exchanged before. */
  readonly isUsed: boolean
}

export const openSession = async (
  tx: Tx,
  session: { readonly sessionId: string; readonly userId: string; readonly expiresAt: number },
): Promise<void> => {
  const { sessionId, userId, expiresAt } = session
  await tx
    .insertInto('sessions')
    .values({ session_id: sessionId, user_id: userId, expires_at: expiresAt, revoked_at: null })
    .execute()
}

export const keepToken = async (tx: Tx, sessionId: string, token: string): Promise<void> => {
  await tx
    .insertInto('refresh_tokens')
    .values({ token_hash: hashOf(token), session_id: sessionId, used_at: null })
    .execute()
}

export const findChain = async (db: Kysely<IdentityTables>, token: string): Promise<Chain | undefined> => {
  const row = await db
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.session_id', 'refresh_tokens.session_id')
    .selectAll('sessions')
    .select('refresh_tokens.used_at')
    .where('refresh_tokens.token_hash', '=', hashOf(token))
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    expiresAt: Number(row.expires_at),
    isRevoked: row.revoked_at !== null,
    isUsed: row.used_at !== null,
  }
}

/** False where somebody was quicker: of two that exchange one token at once, one alone gets true. */
export const spendToken = async (tx: Tx, token: string, at: number): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ used_at: at })
    .where('token_hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

export const revokeSession = async (tx: Tx, sessionId: string, at: number): Promise<void> => {
  await tx
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('session_id', '=', sessionId)
    .where('revoked_at', 'is', null)
    .execute()
}

export const revokeSessionsOf = async (tx: Tx, userId: string, at: number): Promise<void> => {
  await tx
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Sessions that ended before `before`, with their tokens. At most so many sessions at once. */
export const pruneSessions = async (tx: Tx, before: number, limit: number): Promise<void> => {
  const rows = await tx
    .selectFrom('sessions')
    .select('session_id')
    .where('expires_at', '<', before)
    .limit(limit)
    .execute()
  const ids = rows.map(({ session_id }) => session_id)
  if (ids.length === 0) return
  await tx.deleteFrom('refresh_tokens').where('session_id', 'in', ids).execute()
  await tx.deleteFrom('sessions').where('session_id', 'in', ids).execute()
}
