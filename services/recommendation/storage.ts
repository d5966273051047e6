import type { Transaction } from 'kysely'
import { type KeyedStates, keyedStates } from '../../kit/service/keyed-states.ts'
import type { Repository } from '../../kit/service/processor.ts'
import { deleteByIds, loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { storable } from '../../kit/store/many.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import { type History, type RecommendationEvent, userOf } from './domain.ts'
import { tallyOf } from './tally.ts'

interface HistoryRow {
  user_id: string
  /** JSON. */
  purchases: string
  gone_until: number | null
  latest: number
}
interface ProductRow {
  product: string
  buyers: number
}
/** Each pair stands both ways; `id` is the JSON of product and other. */
interface PairRow {
  id: string
  product: string
  other: string
  buyers: number
}

export interface RecommendationTables {
  histories: HistoryRow
  products: ProductRow
  pairs: PairRow
}

type Tx = Transaction<RecommendationTables>

export const migrations: readonly Migration[] = [
  {
    name: 'recommendation-001-histories',
    up: clustered(
      'create table histories (user_id text primary key, purchases text not null, gone_until bigint, latest bigint not null)',
    ),
  },
  { name: 'recommendation-002-by-latest', up: 'create index histories_by_latest on histories (latest, user_id)' },
  {
    name: 'recommendation-003-products',
    up: clustered('create table products (product text primary key, buyers bigint not null)'),
  },
  { name: 'recommendation-004-by-buyers', up: 'create index products_by_buyers on products (buyers, product)' },
  {
    name: 'recommendation-005-pairs',
    up: clustered(
      'create table pairs (id text primary key, product text not null, other text not null, buyers bigint not null)',
    ),
  },
  { name: 'recommendation-006-of-product', up: 'create index pairs_of_product on pairs (product, buyers)' },
]

const historyTable = {
  table: 'histories',
  key: 'user_id',
  columns: ['user_id', 'purchases', 'gone_until', 'latest'],
} as const
const productTable = { table: 'products', key: 'product', columns: ['product', 'buyers'] } as const
const pairTable = { table: 'pairs', key: 'id', columns: ['id', 'product', 'other', 'buyers'] } as const

export const toHistory = (row: HistoryRow): History => ({
  userId: row.user_id,
  purchases: JSON.parse(row.purchases),
  goneUntil: row.gone_until === null ? null : Number(row.gone_until),
  latest: Number(row.latest),
})

const toRow = (history: History): HistoryRow => ({
  user_id: history.userId,
  purchases: JSON.stringify(history.purchases),
  gone_until: history.goneUntil,
  latest: history.latest,
})

export const keyOf = (event: RecommendationEvent): string => storable(userOf(event) ?? '')

export const loadHistories = async (tx: Tx, users: readonly string[]): Promise<ReadonlyMap<string, History>> => {
  const ids = [...new Set(users)]
  const rows = await loadByIds<HistoryRow, RecommendationTables>(tx, { table: 'histories', idColumn: 'user_id', ids })
  return new Map(rows.map((row) => [row.user_id, toHistory(row)]))
}

type Change = Parameters<typeof tallyOf>[0]

/** Moves the counts along. Rows of one table after the other, always in this order, so that no two instances wait for each other. */
const saveCounts = async (tx: Tx, changes: Change): Promise<void> => {
  const { products, pairs } = tallyOf(changes)
  const pairIds = [...pairs.keys()]
  const paired = await loadByIds<PairRow, RecommendationTables>(tx, { table: 'pairs', idColumn: 'id', ids: pairIds })
  const common = new Map(paired.map(({ id, buyers }) => [id, Number(buyers)]))
  const pairRows = [...pairs].map(([id, change]) => {
    const [product, other] = JSON.parse(id) as [string, string]
    return { id, product, other, buyers: (common.get(id) ?? 0) + change }
  })
  await upsertAll(tx, pairTable, pairRows)
  const names = [...products.keys()]
  const known = await loadByIds<ProductRow, RecommendationTables>(tx, {
    table: 'products',
    idColumn: 'product',
    ids: names,
  })
  const bought = new Map(known.map(({ product, buyers }) => [product, Number(buyers)]))
  const productRows = [...products].map(([product, change]) => ({
    product,
    buyers: (bought.get(product) ?? 0) + change,
  }))
  await upsertAll(tx, productTable, productRows)
  await sweep(tx, pairRows, productRows)
}

/** What nobody bought any more takes no room. */
const sweep = async (tx: Tx, pairs: readonly PairRow[], products: readonly ProductRow[]): Promise<void> => {
  const isOver = ({ buyers }: { buyers: number }): boolean => buyers <= 0
  await deleteByIds(tx, { table: 'pairs', idColumn: 'id', ids: pairs.filter(isOver).map(({ id }) => id) })
  const names = products.filter(isOver).map(({ product }) => product)
  await deleteByIds(tx, { table: 'products', idColumn: 'product', ids: names })
}

export interface HistoryStates extends KeyedStates<RecommendationEvent, History> {
  /** The histories as they were before this batch. */
  readonly loaded: ReadonlyMap<string, History>
}

export const repository: Repository<
  RecommendationTables,
  RecommendationEvent,
  History | undefined,
  never,
  HistoryStates
> = {
  load: async (tx, events) => {
    const users = events.filter((event) => userOf(event) !== undefined).map(keyOf)
    const loaded = await loadHistories(tx, users)
    return { ...keyedStates<RecommendationEvent, History>(keyOf, loaded), loaded }
  },
  save: async (tx, { loaded, changed }) => {
    const histories = changed()
    if (histories.length === 0) return
    await upsertAll(tx, historyTable, histories.map(toRow))
    await saveCounts(
      tx,
      histories.map((after) => ({ before: loaded.get(after.userId), after })),
    )
  },
}

/** Drops these users with all that they counted for. */
export const dropUsers = async (tx: Tx, users: readonly string[]): Promise<void> => {
  const histories = await loadHistories(tx, users)
  if (histories.size === 0) return
  await deleteByIds(tx, { table: 'histories', idColumn: 'user_id', ids: [...histories.keys()] })
  await saveCounts(
    tx,
    [...histories.values()].map((before) => ({ before, after: undefined })),
  )
}
