import { randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import { Problem } from '../../../kit/service/http/problem.ts'
import type { Store } from '../../../kit/store/store.ts'
import { normalEmail, type User } from '../domain.ts'
import type { Passwords } from '../passwords.ts'
import { findByEmail, findUser, type IdentityTables } from '../storage.ts'
import type { AccessToken, Issue } from '../tokens/issue.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import { findChain, keepToken, openSession, revokeSession, spendToken } from './session-store.ts'

export interface Login extends AccessToken {
  readonly refreshToken: string
  readonly userId: string
}

export interface SessionOptions {
  readonly store: Store<IdentityTables>
  readonly passwords: Pick<Passwords, 'matches'>
  readonly issue: Issue
  readonly sessionMs: number
  readonly now: () => number
  readonly newId: () => string
}

/** The program that users log in with: there is one, so it has no registration of its own. */
const clientId = 'saga-lab'

/** What a token of this role may be used for, in words that routes can ask for. */
const scopesOf: Readonly<Record<User['role'], readonly string[]>> = { customer: ['shop'], admin: ['shop', 'admin'] }

const newToken = (): string => randomBytes(32).toString('base64url')

/** One answer for an unknown address, a wrong password and a user who is gone. */
const wrong = (): Problem =>
  new Problem(401, 'email or password is wrong', [], { 'www-authenticate': 'Bearer realm="saga-lab"' })
const over = (why: string): Problem =>
  new Problem(401, `refreshToken: ${why}; log in again`, [], { 'www-authenticate': 'Bearer realm="saga-lab"' })
const later = (ms: number): Problem =>
  new Problem(429, 'There were too many attempts with this address. Try again later.', [], {
    'retry-after': String(Math.ceil(ms / 1_000)),
  })

type Tx = Transaction<IdentityTables>

/** Logging in, staying in, going out. */
export const createSessions = ({ store, passwords, issue, sessionMs, now, newId }: SessionOptions) => {
  const answer = async (user: User, refreshToken: string): Promise<Login> => {
    const { userId, role } = user
    const token = await issue({ sub: userId, role, scopes: scopesOf[role], clientId })
    return { ...token, refreshToken, userId }
  }

  /** A token that is used again was stolen, from the user or by them: then nobody may go on with what came of it. */
  const exchange = async (tx: Tx, given: string, next: string): Promise<{ userId: string } | { refused: string }> => {
    const at = now()
    const chain = await findChain(tx, given)
    if (chain === undefined) return { refused: 'it is unknown' }
    const { sessionId, userId, isRevoked, expiresAt } = chain
    if (isRevoked) return { refused: 'the session has ended' }
    if (chain.isUsed || !(await spendToken(tx, given, at))) {
      await revokeSession(tx, sessionId, at)
      return { refused: 'it was used before, so its session has ended' }
    }
    if (expiresAt <= at) return { refused: 'the session is too old' }
    await keepToken(tx, sessionId, next)
    return { userId }
  }

  return {
    logIn: async (given: { readonly email: string; readonly password: string }): Promise<Login> => {
      const email = normalEmail(given.email)
      const wait = await store.transaction((tx) => countAttempt(tx, email, now()))
      if (wait > 0) throw later(wait)
      const found = await findByEmail(store.db, email)
      if (!(await passwords.matches(given.password, found?.passwordHash)) || found === undefined) throw wrong()
      const refreshToken = newToken()
      const sessionId = newId()
      await store.transaction(async (tx) => {
        await forgetAttempts(tx, email)
        await openSession(tx, { sessionId, userId: found.user.userId, expiresAt: now() + sessionMs })
        await keepToken(tx, sessionId, refreshToken)
      })
      return answer(found.user, refreshToken)
    },

    refresh: async (given: string): Promise<Login> => {
      const next = newToken()
      const outcome = await store.transaction((tx) => exchange(tx, given, next))
      if ('refused' in outcome) throw over(outcome.refused)
      const user = await findUser(store.db, outcome.userId)
      if (user?.status !== 'active') throw over('its user is gone')
      return answer(user, next)
    },

    /** Of a token that is unknown too: whoever has it is out. */
    logOut: (given: string): Promise<void> =>
      store.transaction(async (tx) => {
        const chain = await findChain(tx, given)
        if (chain !== undefined) await revokeSession(tx, chain.sessionId, now())
      }),
  }
}

export type Sessions = ReturnType<typeof createSessions>
