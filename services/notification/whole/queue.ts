import type { Kysely, Transaction } from 'kysely'
import { manyFor } from '../../../kit/store/many.ts'
import { statement } from '../../../kit/store/statement.ts'
import type { Store } from '../../../kit/store/store.ts'
import type { Message, Reader, Told, Way } from '../domain.ts'
import { type Status, toReader, toTold, type WholeTables } from './tables.ts'

/** A message on its way, with what is known of it besides. Times in ms since 1970. */
export type Stored = Message & {
  readonly status: Status
  readonly reason: string | null
  readonly attempts: number
  readonly dueAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What becomes of a message that somebody had in hand. `tried`: it counts as an attempt. */
export interface End {
  readonly message: Stored
  readonly status: Status
  readonly reason: string | null
  readonly dueAt: number
  readonly tried: boolean
}

type Row = WholeTables['messages']

export const toStored = (row: Row): Stored =>
  ({
    id: row.id,
    kind: row.kind,
    way: row.way,
    facts: JSON.parse(row.facts),
    orderId: row.order_id,
    userId: row.user_id,
    change: Number(row.change),
    status: row.status,
    reason: row.reason,
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }) as Stored

const sqlOf = (dialect: Store<unknown>['dialect']) => {
  const many = manyFor(dialect)
  // Rows that another instance takes at this moment are left to it.
  const skipLocked = dialect === 'postgres' ? 'for update skip locked' : ''
  return {
    many,
    claim: statement<Row>(
      `update messages set owner = $1, due_at = $2 where id in
       (select id from messages where status = 'WAITING' and way = $3 and due_at <= $4 order by due_at limit $5 ${skipLocked})
       returning *`,
    ),
    sent: statement(
      `update messages set status = 'SENT', reason = null, owner = null, attempts = attempts + 1, updated_at = $1
       where owner = $2 and status = 'WAITING' and ${many.oneOf('id', '$3', 'text')}`,
    ),
    renew: statement(`update messages set due_at = $1 where owner = $2 and way = $3 and status = 'WAITING'`),
    release: statement(`update messages set owner = null, due_at = $1 where owner = $2 and status = 'WAITING'`),
    readers: statement<WholeTables['readers']>(`select * from readers where ${many.oneOf('user_id', '$1', 'text')}`),
    told: statement<WholeTables['told']>(`select * from told where ${many.oneOf('order_id', '$1', 'text')}`),
    waiting: statement<{ way: Way; count: number; due: number }>(
      `select way, count(*) as count, min(due_at) as due from messages where status = 'WAITING' group by way`,
    ),
    due: statement<{ way: Way }>(
      `select distinct way from messages where status = 'WAITING' and due_at <= $1 and ${many.oneOf('way', '$2', 'text')}`,
    ),
  }
}

export interface Claim {
  readonly way: Way
  /** Who takes them. */
  readonly owner: string
  readonly now: number
  /** If they have not come to an end by then, and were not renewed, their owner is gone, and anybody may take them. */
  readonly until: number
  readonly limit: number
}

/** The messages that wait for their way out: what is due is taken by one instance at a time, and comes back if that one dies with it. */
export const createQueue = ({ db, dialect }: Pick<Store<WholeTables>, 'db' | 'dialect'>) => {
  const { many, ...sql } = sqlOf(dialect)

  const settleOne = async (tx: Transaction<WholeTables>, owner: string, end: End, now: number): Promise<void> => {
    const { message, status, reason, dueAt, tried } = end
    await tx
      .updateTable('messages')
      .set({
        status,
        reason,
        owner: null,
        due_at: dueAt,
        updated_at: now,
        attempts: message.attempts + (tried ? 1 : 0),
      })
      .where('id', '=', message.id)
      .where('owner', '=', owner)
      .where('status', '=', 'WAITING')
      .execute()
  }

  return {
    claim: async (tx: Transaction<WholeTables>, { way, owner, now, until, limit }: Claim): Promise<Stored[]> => {
      const { rows } = await tx.executeQuery(sql.claim(owner, until, way, now, limit))
      return rows.map(toStored).sort((a, b) => a.createdAt - b.createdAt)
    },

    /** Only what the owner still holds: whoever was away for too long has lost it to another. */
    settle: async (tx: Transaction<WholeTables>, owner: string, ends: readonly End[], now: number): Promise<void> => {
      const sent = ends.filter(({ status }) => status === 'SENT').map(({ message }) => message.id)
      if (sent.length > 0) await tx.executeQuery(sql.sent(now, owner, many.values(sent)))
      for (const end of ends) if (end.status !== 'SENT') await settleOne(tx, owner, end, now)
    },

    /** What the owner has in hand by this way stays there for longer. */
    renew: async ({ way, owner, until }: Pick<Claim, 'way' | 'owner' | 'until'>): Promise<void> => {
      await db.executeQuery(sql.renew(until, owner, way))
    },

    /** What an earlier run of this instance had in hand is due again. */
    release: async (owner: string, now: number): Promise<void> => {
      await db.executeQuery(sql.release(now, owner))
    },

    readers: async (ids: readonly string[]): Promise<Map<string, Reader>> => {
      if (ids.length === 0) return new Map()
      const { rows } = await db.executeQuery(sql.readers(many.values(ids)))
      return new Map(rows.map((row) => [row.user_id, toReader(row)]))
    },

    told: async (orderIds: readonly string[]): Promise<Map<string, Told>> => {
      if (orderIds.length === 0) return new Map()
      const { rows } = await db.executeQuery(sql.told(many.values(orderIds)))
      return new Map(rows.map((row) => [row.order_id, toTold(row)]))
    },

    /** Of these ways, those by which something is due. */
    due: async (ways: readonly Way[], now: number): Promise<Way[]> => {
      const { rows } = await db.executeQuery(sql.due(now, many.values(ways)))
      return rows.map(({ way }) => way)
    },

    /** For metrics: how many wait, by way. */
    waiting: async (): Promise<{ way: Way; count: number }[]> => {
      const { rows } = await db.executeQuery(sql.waiting())
      return rows.map(({ way, count }) => ({ way, count: Number(count) }))
    },
  }
}

export type Queue = ReturnType<typeof createQueue>

export interface Filter {
  readonly orderId?: string | undefined
  readonly userId?: string | undefined
  readonly channel?: Way | undefined
  readonly status?: Status | undefined
  readonly limit: number
}

/** Newest first. */
export const findMessages = async (db: Kysely<WholeTables>, filter: Filter): Promise<Stored[]> => {
  let query = db.selectFrom('messages').selectAll().orderBy('created_at', 'desc').limit(filter.limit)
  if (filter.orderId !== undefined) query = query.where('order_id', '=', filter.orderId)
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
  if (filter.channel !== undefined) query = query.where('way', '=', filter.channel)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  return (await query.execute()).map(toStored)
}

export const findMessage = async (db: Kysely<WholeTables>, id: string): Promise<Stored | undefined> => {
  const row = await db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toStored(row)
}

/** A message that had come to an end is due again, with all its tries before it. False: it has not come to an end. */
export const sendAgain = async (db: Kysely<WholeTables>, id: string, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ status: 'WAITING', reason: null, attempts: 0, due_at: now, owner: null, updated_at: now })
    .where('id', '=', id)
    .where('status', '!=', 'WAITING')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
