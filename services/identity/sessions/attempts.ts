import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { loadByIds, upsertAll } from '../../../kit/store/bulk.ts'
import type { IdentityTables } from '../storage.ts'

export interface Attempts {
  readonly failures: number
  /** Ms since 1970; 0: not blocked. */
  readonly blockedUntil: number
  readonly at: number
}

const free = 10
const longestBlockMs = 300_000
const forgiveMs = 3_600_000

/** Pure: how long nobody may try after so many failures. Ten are free; then 1 s, twice as long each time, up to five minutes. */
export const blockMs = (failures: number): number =>
  failures < free ? 0 : Math.min(longestBlockMs, 1_000 * 2 ** Math.min(failures - free, 20))

/** Pure: the attempts after one more. It counts as failed until it is known to be good, so that many at once are counted too. */
export const afterOneMore = (before: Attempts | undefined, now: number): Attempts => {
  const isFresh = before !== undefined && now - before.at < forgiveMs
  const failures = (isFresh ? before.failures : 0) + 1
  const block = blockMs(failures)
  return { failures, blockedUntil: block === 0 ? 0 : now + block, at: now }
}

type Tx = Transaction<IdentityTables>
type Row = IdentityTables['login_attempts']

const shape = { table: 'login_attempts', key: 'who', columns: ['who', 'failures', 'blocked_until', 'at'] } as const

/** Addresses that nobody has are counted like any other, so the answer does not tell them apart; and they are not kept in clear. */
const whoIs = (email: string): string => createHash('sha256').update(email).digest('base64url')

/** Counts an attempt. Returns how long to wait, in ms, where it may not be made; 0: it may. */
export const countAttempt = async (tx: Tx, email: string, now: number): Promise<number> => {
  const who = whoIs(email)
  const [row] = await loadByIds<Row, IdentityTables>(tx, { table: 'login_attempts', idColumn: 'who', ids: [who] })
  const before = row && { failures: Number(row.failures), blockedUntil: Number(row.blocked_until), at: Number(row.at) }
  if (before !== undefined && before.blockedUntil > now) return before.blockedUntil - now
  const { failures, blockedUntil, at } = afterOneMore(before, now)
  await upsertAll(tx, shape, [{ who, failures, blocked_until: blockedUntil, at }])
  return 0
}

export const forgetAttempts = async (tx: Tx, email: string): Promise<void> => {
  await tx.deleteFrom('login_attempts').where('who', '=', whoIs(email)).execute()
}

export const pruneAttempts = async (tx: Tx, now: number): Promise<void> => {
  await tx
    .deleteFrom('login_attempts')
    .where('at', '<', now - forgiveMs - longestBlockMs)
    .execute()
}
