import type { Transaction } from 'kysely'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { storable } from '../../kit/store/many.ts'
import { type AnalyticsEvent, fold, type OrderFacts, unknownOrder } from './domain.ts'
import type { AnalyticsTables, CountRow, FactsRow, SalesRow, SetName, ViewsRow } from './storage.ts'
import { addSales, type SalesSum, type Tally, tallyOf } from './tally.ts'

type Tx = Transaction<AnalyticsTables>

export const orderOf = ({ data }: AnalyticsEvent): string => storable(data.orderId)

/**
 * Which set serves and which is being built. Until the transaction ends every other one that asks waits here: so nobody counts into a set that was
 * switched off meanwhile, and instances do not write one count at the same time.
 */
export const takeTurn = async (tx: Tx): Promise<ViewsRow> => {
  const [row] = await loadByIds<ViewsRow, AnalyticsTables>(tx, { table: 'views', idColumn: 'id', ids: ['views'] })
  return row!
}

export const loadFacts = async (
  tx: Tx,
  set: SetName,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, OrderFacts>> => {
  const rows = await loadByIds<FactsRow, AnalyticsTables>(tx, {
    table: `facts_${set}`,
    idColumn: 'order_id',
    ids: [...new Set(orderIds)],
  })
  return new Map(rows.map((row) => [row.order_id, toFacts(row)]))
}

/** Writes what became of some orders, and moves the figures along. `loaded`: the facts as they stand in the set. */
export const saveFacts = async (
  tx: Tx,
  set: SetName,
  loaded: ReadonlyMap<string, OrderFacts>,
  changed: readonly OrderFacts[],
): Promise<void> => {
  if (changed.length === 0) return
  await upsertAll(tx, { ...factsTable, table: `facts_${set}` }, changed.map(toRow))
  await saveTally(tx, set, tallyOf(changed.map((after) => ({ before: loaded.get(after.orderId), after }))))
}

/** Counts events into a set that is being built; those that it knows change nothing. */
export const countInto = async (tx: Tx, set: SetName, events: readonly AnalyticsEvent[]): Promise<void> => {
  const loaded = await loadFacts(tx, set, events.map(orderOf))
  const facts = new Map(loaded)
  for (const event of events) {
    const orderId = orderOf(event)
    facts.set(orderId, fold(facts.get(orderId) ?? unknownOrder(orderId), event))
  }
  const changed = [...facts.values()].filter((after) => loaded.get(after.orderId) !== after)
  await saveFacts(tx, set, loaded, changed)
}

export const clearSet = async (tx: Tx, set: SetName): Promise<void> => {
  await tx.deleteFrom(`facts_${set}`).execute()
  await tx.deleteFrom(`counts_${set}`).execute()
  await tx.deleteFrom(`sales_${set}`).execute()
}

const saveTally = async (tx: Tx, set: SetName, { counts, sales }: Tally): Promise<void> => {
  const names = { table: `counts_${set}`, idColumn: 'name', ids: [...counts.keys()] }
  const known = new Map((await loadByIds<CountRow, AnalyticsTables>(tx, names)).map(({ name, n }) => [name, Number(n)]))
  const counted = [...counts].map(([name, change]) => ({ name, n: (known.get(name) ?? 0) + change }))
  await upsertAll(tx, { ...countsTable, table: `counts_${set}` }, counted)
  const keys = { table: `sales_${set}`, idColumn: 'id', ids: [...sales.keys()] }
  const sums = new Map((await loadByIds<SalesRow, AnalyticsTables>(tx, keys)).map((row) => [row.id, toSum(row)]))
  const summed = [...sales].map(([id, more]) => ({ id, ...addSales(sums.get(id), more) }))
  await upsertAll(tx, { ...salesTable, table: `sales_${set}` }, summed)
}

const factsTable = {
  key: 'order_id',
  columns: ['order_id', 'marks', 'shipped_at', 'delivered_at', 'sale'],
} as const
const countsTable = { key: 'name', columns: ['name', 'n'] } as const
const salesTable = {
  key: 'id',
  columns: ['id', 'span', 'start', 'product', 'units', 'amount', 'orders'],
} as const

const numberOrNull = (value: number | null): number | null => (value === null ? null : Number(value))

const toFacts = (row: FactsRow): OrderFacts => ({
  orderId: row.order_id,
  marks: Number(row.marks),
  shippedAt: numberOrNull(row.shipped_at),
  deliveredAt: numberOrNull(row.delivered_at),
  sale: row.sale === null ? null : JSON.parse(row.sale),
})

const toRow = (facts: OrderFacts): FactsRow => ({
  order_id: facts.orderId,
  marks: facts.marks,
  shipped_at: facts.shippedAt,
  delivered_at: facts.deliveredAt,
  sale: facts.sale === null ? null : JSON.stringify(facts.sale),
})

export const toSum = ({ id: _, start, orders, ...row }: SalesRow): SalesSum => ({
  ...row,
  start: Number(start),
  orders: Number(orders),
})
