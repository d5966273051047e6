import { clustered, type Migration } from '../../kit/store/store.ts'
import type { Order } from './domain.ts'
import type { SagaTables } from './saga/storage.ts'

export interface OrderTables extends SagaTables {
  /** The read side, made of the streams: what an order is now. `details` is the JSON of what it is about: the fields of `order-created`. */
  orders: {
    order_id: string
    status: Order['status']
    reason: string | null
    user_id: string | null
    details: string
    created_at: number
    updated_at: number
    /** Of the entry that made it what it is. */
    version: number
  }
  /**
   * The truth: a stream an order, every event of it that this service said or heard, as it was on the wire. `status` and `reason`: what the order is
   * since this entry; null where it changed nothing. `at`: when it was written here.
   */
  order_stream: {
    order_id: string
    version: number
    event_id: string
    type: string
    at: number
    status: Order['status'] | null
    reason: string | null
    payload: string
  }
  /** A cache: `stream` is the JSON of what the entries up to `version` made. May be emptied at any time. */
  order_snapshots: { order_id: string; version: number; stream: string }
  idempotency: { key: string; body_hash: string; order_id: string; created_at: number }
}

/** What there was before streams: the trail of an order, in no strict order. Each line gets its number, and says what it changed. */
const streamOfTrail = (field: (name: string) => string): string => `
  insert into order_stream (order_id, version, event_id, type, at, status, reason, payload)
  select order_id,
    row_number() over (partition by order_id order by case when type = 'order-created' then 0 else 1 end, at, said, event_id),
    event_id, type, at, became, case when became = 'CANCELLED' then reason end, envelope
  from (
    select e.order_id, e.event_id, e.envelope, o.reason, e.type, e.said, e.became,
      case e.became when 'PENDING' then o.created_at when 'CONFIRMED' then o.updated_at when 'CANCELLED' then o.updated_at else e.at end as at
    from (
      select t.order_id, t.event_id, t.envelope, t.at, ${field('eventType')} as type,
        case when ${field('source')} = 'order' then 1 else 0 end as said,
        case when ${field('eventType')} = 'order-created' then 'PENDING'
          when ${field('eventType')} = 'order-cancelled' then 'CANCELLED'
          when ${field('eventType')} = 'stock-reserved' and p.status = 'CONFIRMED' then 'CONFIRMED' end as became
      from order_events t join orders p on p.order_id = t.order_id
    ) e join orders o on o.order_id = e.order_id
  ) f;
  update orders set version = coalesce(
    (select max(s.version) from order_stream s where s.order_id = orders.order_id and s.status is not null), 1);
  drop table order_events;`

export const migrations: readonly Migration[] = [
  {
    name: 'order-001-orders',
    up: clustered(
      `create table orders (order_id text primary key, status text not null, reason text, details text not null, created_at bigint not null, updated_at bigint not null)`,
    ),
  },
  { name: 'order-002-by-age', up: 'create index orders_by_age on orders (created_at, order_id)' },
  {
    name: 'order-003-events',
    up: clustered(
      'create table order_events (order_id text not null, at bigint not null, event_id text not null, envelope text not null, primary key (order_id, event_id))',
    ),
  },
  {
    name: 'order-004-idempotency',
    up: clustered(
      'create table idempotency (key text primary key, body_hash text not null, order_id text not null, created_at bigint not null)',
    ),
  },
  {
    name: 'order-005-user',
    up: {
      sqlite: `alter table orders add column user_id text; update orders set user_id = details ->> 'userId'`,
      postgres: `alter table orders add column user_id text; update orders set user_id = details::json ->> 'userId'`,
    },
  },
  {
    name: 'order-007-stream',
    up: clustered(
      'create table order_stream (order_id text not null, version bigint not null, event_id text not null, type text not null, at bigint not null, status text, reason text, payload text not null, primary key (order_id, version))',
    ),
  },
  {
    name: 'order-008-snapshots',
    up: clustered(
      'create table order_snapshots (order_id text primary key, version bigint not null, stream text not null)',
    ),
  },
  { name: 'order-009-version', up: 'alter table orders add column version bigint not null default 1' },
  {
    name: 'order-010-streams-of-old-orders',
    up: {
      sqlite: streamOfTrail((name) => `t.envelope ->> '${name}'`),
      postgres: streamOfTrail((name) => `t.envelope::json ->> '${name}'`),
    },
  },
]

/** Where users see their own orders alone, they are found by this; elsewhere it would only make each order dearer. */
export const byUser: Migration = {
  name: 'order-006-by-user',
  up: 'create index orders_by_user on orders (user_id, created_at, order_id)',
}
