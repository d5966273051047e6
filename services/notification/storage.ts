import type { Kysely } from 'kysely'
import type { States } from '../../kit/service/plan.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import type { Mail, Mailbox, NotificationEvent } from './domain.ts'

export interface NotificationTables {
  /** The key is the promise: one mail of a kind for an order, whatever comes twice. */
  notifications: { order_id: string; kind: Mail['kind']; user_id: string | null; text: string; created_at: number }
}

export const migrations: readonly Migration[] = [
  {
    name: 'notification-001-notifications',
    up: clustered(
      'create table notifications (order_id text not null, kind text not null, user_id text, text text not null, created_at bigint not null, primary key (order_id, kind))',
    ),
  },
]

const table = {
  table: 'notifications',
  key: ['order_id', 'kind'],
  columns: ['order_id', 'kind', 'user_id', 'text', 'created_at'],
} as const

type Row = NotificationTables['notifications']

const toRow = (mail: Mail, createdAt: number): Row => ({
  order_id: mail.orderId,
  kind: mail.kind,
  user_id: mail.userId,
  text: mail.text,
  created_at: createdAt,
})

export const repository: Repository<NotificationTables, NotificationEvent, Mailbox, Mail> = {
  load: async (tx, events): Promise<States<NotificationEvent, Mailbox>> => {
    const ids = events.map(({ data }) => data.orderId)
    const boxes = new Map<string, Mailbox>()
    for (const { order_id, kind } of await loadByIds<Row, NotificationTables>(tx, {
      table: 'notifications',
      idColumn: 'order_id',
      ids,
    })) {
      boxes.set(order_id, [...(boxes.get(order_id) ?? []), kind])
    }
    return {
      get: ({ data }) => boxes.get(data.orderId) ?? [],
      set: ({ data }, box) => boxes.set(data.orderId, box),
    }
  },
  save: (tx, _states, handled, at) =>
    upsertAll(
      tx,
      table,
      handled.flatMap(({ emit }) => emit.map((mail) => toRow(mail, at))),
    ),
}

export interface NotificationFilter {
  readonly orderId?: string | undefined
  readonly userId?: string | undefined
  readonly limit: number
}

export const findNotifications = async (
  db: Kysely<NotificationTables>,
  { orderId, userId, limit }: NotificationFilter,
) => {
  let query = db.selectFrom('notifications').selectAll().orderBy('created_at', 'desc').limit(limit)
  if (orderId !== undefined) query = query.where('order_id', '=', orderId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  const rows = await query.execute()
  return rows.map((row) => ({
    orderId: row.order_id,
    kind: row.kind,
    userId: row.user_id,
    text: row.text,
    createdAt: new Date(Number(row.created_at)).toISOString(),
  }))
}
