import type { Migration } from './store.ts'

/**
 * Every page of 4 KiB that a SQLite transaction touches costs it some 10 µs more (checksum, write, sync), and each row here is written in the path of every event.
 * So the inbox is kept in its key (`without rowid`) and has no second index (prune.ts does without), and outbox ids come without `autoincrement` and its table of counters: SQLite then gives the highest id
 * there is plus one, which never comes twice because prune.ts leaves the highest row alone.
 */
const SPECIFICS = {
  sqlite: {
    inboxStorage: 'without rowid',
    outboxId: 'integer primary key',
    parkedId: 'integer primary key autoincrement',
  },
  postgres: {
    inboxStorage: '',
    outboxId: 'bigint generated always as identity primary key',
    parkedId: 'bigint generated always as identity primary key',
  },
} as const

/**
 * The kit's own tables, in every service's database. Times are milliseconds since 1970; `payload` and `headers` are JSON text; offsets are text, for they may be
 * larger than a JavaScript number. Indexes on what is still to be done are partial: they stay small however long the tables grow.
 */
function ledgerTables(dialect: keyof typeof SPECIFICS): string {
  const { inboxStorage, outboxId, parkedId } = SPECIFICS[dialect]
  return `
create table inbox (
  consumer text not null,
  event_id text not null,
  at bigint not null,
  primary key (consumer, event_id)
) ${inboxStorage};

create table outbox (
  id ${outboxId},
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
  id ${parkedId},
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
