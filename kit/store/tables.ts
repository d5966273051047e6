import type { Migration } from './store.ts'

/** Ids rise with every row of a table and are never given twice, also after rows were deleted. */
const RISING_ID = {
  sqlite: 'integer primary key autoincrement',
  postgres: 'bigint generated always as identity primary key',
} as const

/**
 * The kit's own tables, in every service's database. Times are milliseconds since 1970; `payload` and `headers` are JSON text; offsets are text, for they may be
 * larger than a JavaScript number. Indexes on what is still to be done are partial: they stay small however long the tables grow.
 */
function ledgerTables(dialect: keyof typeof RISING_ID): string {
  return `
create table inbox (
  consumer text not null,
  event_id text not null,
  at bigint not null,
  primary key (consumer, event_id)
);
create index inbox_by_age on inbox (at);

create table outbox (
  id ${RISING_ID[dialect]},
  owner text not null,
  aggregate_id text not null,
  topic text not null,
  key text,
  payload text,
  headers text not null,
  created_at bigint not null,
  attempts integer not null default 0,
  sent_at bigint
);
create index outbox_unsent on outbox (owner, id) where sent_at is null;

create table parked (
  id ${RISING_ID[dialect]},
  consumer text not null,
  key text not null,
  topic text not null,
  partition integer not null,
  "offset" text not null,
  event_id text not null,
  payload text not null,
  headers text not null,
  attempts integer not null,
  due_at bigint not null,
  error text,
  parked_at bigint not null,
  unique (consumer, event_id)
);
create index parked_by_key on parked (consumer, key, id);

create table dead (
  consumer text not null,
  topic text not null,
  partition integer not null,
  "offset" text not null,
  at bigint not null,
  primary key (consumer, topic, partition, "offset")
);
create index dead_by_age on dead (at);
`
}

export const LEDGER_MIGRATIONS: readonly Migration[] = [
  { name: 'kit-ledger-1', up: { sqlite: ledgerTables('sqlite'), postgres: ledgerTables('postgres') } },
]
