import { clustered, type Migration } from '../../../kit/store/store.ts'
import type { Message, Reader, Told } from '../domain.ts'
import { migrations, type NotificationTables } from '../storage.ts'

/** Where a message stands. WAITING: it is due at `due_at`, or somebody has it in hand until then. The others are ends, which only a resend leaves. */
export const statuses = ['WAITING', 'SENT', 'FAILED', 'DROPPED'] as const
export type Status = (typeof statuses)[number]

/** What the whole shop keeps besides: the way out of each message, what customers were told, and copies of the users. Times in ms since 1970. */
export interface WholeTables extends NotificationTables {
  /** `facts` is JSON; no name, address or number of anybody stands in it. */
  messages: {
    id: string
    kind: Message['kind']
    way: Message['way']
    facts: string
    order_id: string | null
    user_id: string | null
    change: number
    status: Status
    reason: string | null
    /** Deliveries that were tried. */
    attempts: number
    due_at: number
    /** The instance that has it in hand. */
    owner: string | null
    created_at: number
    updated_at: number
  }
  told: { order_id: string; mails: string; shipment: Told['shipment']; changes: number }
  /** `preferences` and `personal` are JSON, the latter sealed as it came. */
  readers: {
    user_id: string
    role: Reader['role']
    preferences: string
    personal: string | null
    revision: number
    status: Reader['status']
  }
}

export const wholeMigrations: readonly Migration[] = [
  ...migrations,
  {
    name: 'notification-002-messages',
    up: clustered(
      'create table messages (id text primary key, kind text not null, way text not null, facts text not null, order_id text, user_id text, change bigint not null, status text not null, reason text, attempts bigint not null, due_at bigint not null, owner text, created_at bigint not null, updated_at bigint not null)',
    ),
  },
  {
    name: 'notification-003-messages-waiting',
    up: "create index messages_waiting on messages (way, due_at) where status = 'WAITING'",
  },
  { name: 'notification-004-messages-of-order', up: 'create index messages_of_order on messages (order_id)' },
  { name: 'notification-005-messages-of-user', up: 'create index messages_of_user on messages (user_id)' },
  { name: 'notification-006-messages-by-time', up: 'create index messages_by_time on messages (created_at)' },
  {
    name: 'notification-007-told',
    up: clustered(
      'create table told (order_id text primary key, mails text not null, shipment text, changes bigint not null)',
    ),
  },
  {
    name: 'notification-008-readers',
    up: clustered(
      'create table readers (user_id text primary key, role text not null, preferences text not null, personal text, revision bigint not null, status text not null)',
    ),
  },
]

export const toTold = (row: WholeTables['told']): Told => ({
  orderId: row.order_id,
  mails: JSON.parse(row.mails),
  shipment: row.shipment,
  changes: Number(row.changes),
})

export const toReader = (row: WholeTables['readers']): Reader => ({
  userId: row.user_id,
  role: row.role,
  preferences: JSON.parse(row.preferences),
  personal: row.personal === null ? null : JSON.parse(row.personal),
  revision: Number(row.revision),
  status: row.status,
})
