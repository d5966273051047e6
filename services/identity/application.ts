import type { Transaction } from 'kysely'
import type { Decision } from '../../kit/service/decision.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Parts } from '../../kit/service/parts.ts'
import type { NewOutboxRow, OutboxRow } from '../../kit/store/ledger.ts'
import { StoreFault } from '../../kit/store/store.ts'
import { change, deactivate, giveRole, type News, normalEmail, type Profile, register, type User } from './domain.ts'
import type { Passwords } from './passwords.ts'
import { revokeSessionsOf } from './sessions/session-store.ts'
import {
  dropPassword,
  dropUserKey,
  findUser,
  findUserKey,
  type IdentityTables,
  insertUser,
  keepPassword,
  keepUserKey,
  listUsers,
  loadUser,
  saveUser,
  type UserKey,
} from './storage.ts'

export interface Registration {
  readonly email: string
  readonly password: string
  readonly name: string | null
  readonly phone: string | null
  readonly preferences?: Profile['preferences'] | undefined
}

/** Taken along into the event, so that a trace goes on. */
type Trace = string | undefined

export interface AccountOptions {
  readonly parts: Pick<Parts<IdentityTables>, 'store' | 'ledger' | 'relay' | 'owner' | 'faults' | 'narrator' | 'now'>
  readonly passwords: Pick<Passwords, 'hash'>
  readonly newId: () => string
  readonly newUserKey: () => UserKey
  /** The outbox row that tells of a change. */
  readonly toRow: (news: News, user: User, key: UserKey, at: number, trace: Trace) => NewOutboxRow
}

const usual: Profile['preferences'] = { channels: ['email'], quietHours: null }

const unknown = (userId: string): Problem => new Problem(404, `userId: there is no user ${userId}`)
const gone = (userId: string): Problem => new Problem(410, `userId: user ${userId} is deactivated`)
const taken = (): Problem => new Problem(409, 'email: is in use', [{ field: 'email', message: 'is in use' }])

type Tx = Transaction<IdentityTables>

/** Who is known here, and what they want. Each change and its event are written in one transaction. */
export const createAccounts = ({ parts, passwords, newId, newUserKey, toRow }: AccountOptions) => {
  const { store, ledger, relay, owner, faults, narrator, now } = parts

  const commit = async <T>(work: (tx: Tx) => Promise<{ readonly result: T; readonly outbox: OutboxRow[] }>) => {
    const { result, outbox } = await store.transaction(async (tx) => {
      faults.passing('tx.begin')
      const done = await work(tx)
      faults.passing('tx.before-commit')
      return done
    })
    faults.passing('tx.after-commit/before-ack')
    relay.offer(outbox)
    return result
  }

  /** False where the address is taken. */
  const enrol = async (role: User['role'], wish: Registration, trace: Trace): Promise<boolean> => {
    const hash = await passwords.hash(wish.password)
    const { name, phone, preferences = usual } = wish
    const { state, emit } = register(newId(), role, { name, phone, preferences, email: normalEmail(wish.email) })
    const key = newUserKey()
    const isNew = await commit(async (tx) => {
      const at = now()
      if (!(await insertUser(tx, state, at))) return { result: false, outbox: [] }
      await keepPassword(tx, state.userId, hash)
      await keepUserKey(tx, state.userId, key)
      const rows = emit.map((news) => toRow(news, state, key, at, trace))
      return { result: true, outbox: await ledger.enqueue(tx, owner, rows, at) }
    })
    if (isNew) narrator.say(`User Registered ${state.userId}`)
    return isNew
  }

  /** The news go out under the key that was there before: a user's end may take it away. */
  const alter = async (userId: string, decide: (user: User) => Decision<User, News>, trace: Trace): Promise<User> =>
    commit(async (tx) => {
      const at = now()
      const [before, key] = [await loadUser(tx, userId), await findUserKey(tx, userId)]
      if (before === undefined) throw unknown(userId)
      const { state, emit } = decide(before)
      if (emit.length === 0 || key === undefined) return { result: state, outbox: [] }
      await saveUser(tx, state, at)
      if (state.status !== 'active') {
        await dropPassword(tx, userId)
        await revokeSessionsOf(tx, userId, at)
      }
      if (state.status === 'forgotten') await dropUserKey(tx, userId)
      const rows = emit.map((news) => toRow(news, state, key, at, trace))
      return { result: state, outbox: await ledger.enqueue(tx, owner, rows, at) }
    }).catch((error: unknown) => {
      throw error instanceof StoreFault && error.code === 'constraint' ? taken() : error
    })

  const get = async (userId: string): Promise<User> => {
    const user = await findUser(store.db, userId)
    if (user === undefined) throw unknown(userId)
    return user
  }

  const active = (user: User): User => {
    if (user.status !== 'active') throw gone(user.userId)
    return user
  }

  return {
    /** Answers the same whether the address was free or not, and takes as long. */
    register: (wish: Registration, trace?: Trace) => enrol('customer', wish, trace),
    /** For the start of the service: an address that is taken stays whose it is. */
    ensureAdmin: (wish: Pick<Registration, 'email' | 'password'>) =>
      enrol('admin', { ...wish, name: null, phone: null }, undefined),
    get,
    getActive: async (userId: string): Promise<User> => active(await get(userId)),
    list: (after: string, limit: number) => listUsers(store.db, after, limit),
    change: (userId: string, wish: Parameters<typeof change>[1], trace?: Trace) =>
      alter(userId, (user) => change(active(user), wish), trace),
    giveRole: (userId: string, role: User['role'], trace?: Trace) =>
      alter(userId, (user) => giveRole(active(user), role), trace),
    deactivate: async (userId: string, forget: boolean, trace?: Trace): Promise<User> => {
      const user = await alter(userId, (before) => deactivate(before, forget), trace)
      narrator.say(`User ${user.status === 'forgotten' ? 'Forgotten' : 'Deactivated'} ${userId}`)
      return user
    },
    /** Throws a Problem: 404 for a user who never was, 410 for one who is forgotten. */
    keyOf: async (userId: string): Promise<UserKey> => {
      const key = await findUserKey(store.db, userId)
      if (key !== undefined) return key
      await get(userId)
      throw new Problem(410, `userId: user ${userId} is forgotten`)
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>
