import type { Kysely, Transaction } from 'kysely'
import { insertNew, loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import type { Migration } from '../../kit/store/store.ts'
import type { User } from './domain.ts'

/** Times in ms since 1970. What a thief of this database must not be able to use is kept as a hash: passwords, refresh tokens. */
export interface IdentityTables {
  /** `preferences` is JSON. The personal columns are null once the user is forgotten. */
  users: {
    user_id: string
    email: string | null
    name: string | null
    phone: string | null
    role: User['role']
    preferences: string
    status: User['status']
    revision: number
    updated_at: number
  }
  passwords: { user_id: string; hash: string }
  /** The key that seals a user's personal fields in events, base64. No row: the user is forgotten. */
  user_keys: { user_id: string; key_id: string; key: string }
  /** One login, and the chain of refresh tokens that came of it. */
  sessions: { session_id: string; user_id: string; expires_at: number; revoked_at: number | null }
  refresh_tokens: { token_hash: string; session_id: string; used_at: number | null }
  /** By the hash of an e-mail address, whether somebody has it or not. */
  login_attempts: { who: string; failures: number; blocked_until: number; at: number }
  /** `private_jwk` is JSON. */
  signing_keys: { number: number; kid: string; signs_from: number; private_jwk: string }
}

export const migrations: readonly Migration[] = [
  {
    name: 'identity-001-users',
    up: `create table users (user_id text primary key, email text, name text, phone text, role text not null, preferences text not null, status text not null, revision integer not null, updated_at bigint not null);
create unique index users_by_email on users (email);
create table passwords (user_id text primary key, hash text not null);
create table user_keys (user_id text primary key, key_id text not null, key text not null)`,
  },
  {
    name: 'identity-002-sessions',
    up: `create table sessions (session_id text primary key, user_id text not null, expires_at bigint not null, revoked_at bigint);
create index sessions_by_user on sessions (user_id);
create index sessions_by_end on sessions (expires_at);
create table refresh_tokens (token_hash text primary key, session_id text not null, used_at bigint);
create index refresh_tokens_by_session on refresh_tokens (session_id);
create table login_attempts (who text primary key, failures integer not null, blocked_until bigint not null, at bigint not null)`,
  },
  {
    name: 'identity-003-signing-keys',
    up: 'create table signing_keys (number integer primary key, kid text not null, signs_from bigint not null, private_jwk text not null)',
  },
]

type Row = IdentityTables['users']
const userColumns = [
  'user_id',
  'email',
  'name',
  'phone',
  'role',
  'preferences',
  'status',
  'revision',
  'updated_at',
] as const

const toUser = (row: Row): User => ({
  userId: row.user_id,
  email: row.email,
  name: row.name,
  phone: row.phone,
  role: row.role,
  preferences: JSON.parse(row.preferences),
  status: row.status,
  revision: Number(row.revision),
})

const toRow = ({ userId, preferences, ...rest }: User, at: number): Row => ({
  ...rest,
  user_id: userId,
  preferences: JSON.stringify(preferences),
  updated_at: at,
})

export interface UserKey {
  readonly keyId: string
  /** base64 */
  readonly key: string
}

type Tx = Transaction<IdentityTables>

/** For a change in the same transaction: nobody else changes this user until it ends. */
export const loadUser = async (tx: Tx, userId: string): Promise<User | undefined> => {
  const [row] = await loadByIds<Row, IdentityTables>(tx, { table: 'users', idColumn: 'user_id', ids: [userId] })
  return row === undefined ? undefined : toUser(row)
}

/** False where somebody has the e-mail address already; then nothing is written. */
export const insertUser = async (tx: Tx, user: User, at: number): Promise<boolean> =>
  (await insertNew(tx, { table: 'users', key: 'email', columns: userColumns }, [toRow(user, at)])) === 1

export const saveUser = (tx: Tx, user: User, at: number): Promise<void> =>
  upsertAll(tx, { table: 'users', key: 'user_id', columns: userColumns }, [toRow(user, at)])

export const findUser = async (db: Kysely<IdentityTables>, userId: string): Promise<User | undefined> => {
  const row = await db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row === undefined ? undefined : toUser(row)
}

/** Whoever may log in with this address, and the hash of their password. */
export const findByEmail = async (db: Kysely<IdentityTables>, email: string) => {
  const row = await db
    .selectFrom('users')
    .innerJoin('passwords', 'passwords.user_id', 'users.user_id')
    .selectAll('users')
    .select('passwords.hash')
    .where('users.email', '=', email)
    .where('users.status', '=', 'active')
    .executeTakeFirst()
  return row === undefined ? undefined : { user: toUser(row), passwordHash: row.hash }
}

export const listUsers = async (db: Kysely<IdentityTables>, after: string, limit: number): Promise<User[]> => {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('user_id', '>', after)
    .orderBy('user_id')
    .limit(limit)
    .execute()
  return rows.map(toUser)
}

export const keepPassword = async (tx: Tx, userId: string, hash: string): Promise<void> => {
  await tx.insertInto('passwords').values({ user_id: userId, hash }).execute()
}

export const dropPassword = async (tx: Tx, userId: string): Promise<void> => {
  await tx.deleteFrom('passwords').where('user_id', '=', userId).execute()
}

export const keepUserKey = async (tx: Tx, userId: string, { keyId, key }: UserKey): Promise<void> => {
  await tx.insertInto('user_keys').values({ user_id: userId, key_id: keyId, key }).execute()
}

export const findUserKey = async (db: Kysely<IdentityTables>, userId: string): Promise<UserKey | undefined> => {
  const row = await db.selectFrom('user_keys').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row === undefined ? undefined : { keyId: row.key_id, key: row.key }
}

export const dropUserKey = async (tx: Tx, userId: string): Promise<void> => {
  await tx.deleteFrom('user_keys').where('user_id', '=', userId).execute()
}
