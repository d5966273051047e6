import { clustered, type Migration } from '../../kit/store/store.ts'
import type { Span } from './tally.ts'

/** The figures stand twice: one set serves and follows the events, the other is empty, or being built from the log. */
export type SetName = 'a' | 'b'
export const otherSet = (name: SetName): SetName => (name === 'a' ? 'b' : 'a')

export interface FactsRow {
  order_id: string
  marks: number
  shipped_at: number | null
  delivered_at: number | null
  /** JSON. */
  sale: string | null
}
export interface CountRow {
  name: string
  n: number
}
/** `id` is made of the three columns behind it; `units` and `amount` are decimal text. */
export interface SalesRow {
  id: string
  span: Span
  start: number
  product: string
  units: string
  amount: string
  orders: number
}
/** One row: which set serves, and how the latest rebuild stands. Times in ms since 1970. */
export interface ViewsRow {
  id: string
  serving: SetName
  /** The set that is being built; events are counted there too. */
  building: SetName | null
  state: 'never' | 'running' | 'done' | 'failed'
  /** Of the rebuild: whoever holds another one has been overtaken. */
  run: string
  instance: string
  started_at: number
  ended_at: number
  records: number
  records_total: number
  /** Until when a running rebuild counts as alive without a word from it. */
  lease_until: number
  error: string | null
}

/** `counts` and `sales` are views of whichever set serves: one statement never sees half of each. */
export interface AnalyticsTables {
  views: ViewsRow
  counts: CountRow
  sales: SalesRow
  facts_a: FactsRow
  facts_b: FactsRow
  counts_a: CountRow
  counts_b: CountRow
  sales_a: SalesRow
  sales_b: SalesRow
}

const inBothSets = (name: string, columns: string): Migration[] =>
  (['a', 'b'] as const).map((set) => ({
    name: `analytics-${name}-${set}`,
    up: clustered(`create table ${name}_${set} (${columns})`),
  }))

const viewOf = (name: string, columns: string): Migration => ({
  name: `analytics-${name}-view`,
  up: `create view ${name} as ${(['a', 'b'] as const)
    .map((set) => `select ${columns} from ${name}_${set} where '${set}' = (select serving from views)`)
    .join(' union all ')}`,
})

const salesColumns = 'id, span, start, product, units, amount, orders'

export const migrations: readonly Migration[] = [
  {
    name: 'analytics-views',
    up: `create table views (id text primary key, serving text not null, building text, state text not null, run text not null,
      instance text not null, started_at bigint not null, ended_at bigint not null, records bigint not null,
      records_total bigint not null, lease_until bigint not null, error text)`,
  },
  {
    name: 'analytics-views-row',
    up: `insert into views values ('views', 'a', null, 'never', '', '', 0, 0, 0, 0, 0, null)`,
  },
  ...inBothSets(
    'facts',
    'order_id text primary key, marks bigint not null, shipped_at bigint, delivered_at bigint, sale text',
  ),
  ...inBothSets('counts', 'name text primary key, n bigint not null'),
  ...inBothSets(
    'sales',
    'id text primary key, span text not null, start bigint not null, product text not null, units text not null, amount text not null, orders bigint not null',
  ),
  { name: 'analytics-sales-a-by-time', up: 'create index sales_a_by_time on sales_a (span, start, product)' },
  { name: 'analytics-sales-b-by-time', up: 'create index sales_b_by_time on sales_b (span, start, product)' },
  viewOf('counts', 'name, n'),
  viewOf('sales', salesColumns),
]
