import type { Kysely, Transaction } from 'kysely'
import type { Repository } from '../../kit/service/processor.ts'
import { loadByIds, upsertAll } from '../../kit/store/bulk.ts'
import { clustered, type Migration } from '../../kit/store/store.ts'
import type { InventoryEmission, InventoryEvent, Reservation, Shelf, Stock } from './domain.ts'
import { productsOf, type ShelfStates, shelfStates } from './shelf-states.ts'

export interface InventoryTables {
  reservations: {
    order_id: string
    product_id: string
    quantity: number
    status: Reservation['status']
    updated_at: number
  }
  /** The check is the last wall: whatever the code does, no unit is sold that is not there. */
  stock: { product_id: string; available: number; threshold: number; level: Stock['level']; crossings: number }
}

export const migrations: readonly Migration[] = [
  {
    name: 'inventory-001-reservations',
    up: clustered(
      'create table reservations (order_id text primary key, product_id text not null, quantity bigint not null, status text not null, updated_at bigint not null)',
    ),
  },
  {
    name: 'inventory-002-stock',
    up: clustered(
      'create table stock (product_id text primary key, available bigint not null check (available >= 0), threshold bigint not null, level text not null, crossings bigint not null)',
    ),
  },
]

const reservationTable = {
  table: 'reservations',
  key: ['order_id'],
  columns: ['order_id', 'product_id', 'quantity', 'status', 'updated_at'],
} as const
const stockTable = {
  table: 'stock',
  key: ['product_id'],
  columns: ['product_id', 'available', 'threshold', 'level', 'crossings'],
} as const

type ReservationRow = InventoryTables['reservations']
type StockRow = InventoryTables['stock']

const toReservation = (row: ReservationRow): Reservation => ({
  orderId: row.order_id,
  productId: row.product_id,
  quantity: Number(row.quantity),
  status: row.status,
})
const toReservationRow = (reservation: Reservation, updatedAt: number): ReservationRow => ({
  order_id: reservation.orderId,
  product_id: reservation.productId,
  quantity: reservation.quantity,
  status: reservation.status,
  updated_at: updatedAt,
})
const toStock = (row: StockRow): Stock => ({
  productId: row.product_id,
  available: Number(row.available),
  threshold: Number(row.threshold),
  level: row.level,
  crossings: Number(row.crossings),
})
const toStockRow = (stock: Stock): StockRow => ({
  product_id: stock.productId,
  available: stock.available,
  threshold: stock.threshold,
  level: stock.level,
  crossings: stock.crossings,
})

export const loadStock = async (
  tx: Transaction<InventoryTables>,
  ids: readonly string[],
): Promise<Map<string, Stock>> => {
  const rows = await loadByIds<StockRow, InventoryTables>(tx, { table: 'stock', idColumn: 'product_id', ids })
  return new Map(rows.map((row) => [row.product_id, toStock(row)]))
}

export const saveStock = (tx: Transaction<InventoryTables>, stocks: readonly Stock[]): Promise<void> =>
  upsertAll(tx, stockTable, stocks.map(toStockRow))

/** The lab contract's STOCK: these products have so many units from now on, all others none. */
export const replaceStock = async (tx: Transaction<InventoryTables>, stocks: readonly Stock[]): Promise<void> => {
  await tx.deleteFrom('stock').execute()
  await saveStock(tx, stocks)
}

export const listStock = async (db: Kysely<InventoryTables>): Promise<Stock[]> =>
  (await db.selectFrom('stock').selectAll().orderBy('product_id').execute()).map(toStock)

export const repository: Repository<InventoryTables, InventoryEvent, Shelf, InventoryEmission, ShelfStates> = {
  load: async (tx, events) => {
    const rows = await loadByIds<ReservationRow, InventoryTables>(tx, {
      table: 'reservations',
      idColumn: 'order_id',
      ids: events.map(({ data }) => data.orderId),
    })
    const reservations = new Map(rows.map((row) => [row.order_id, toReservation(row)]))
    return shelfStates(reservations, await loadStock(tx, productsOf(events, reservations)))
  },
  save: async (tx, states, _handled, at) => {
    await upsertAll(
      tx,
      reservationTable,
      states.reservations().map((reservation) => toReservationRow(reservation, at)),
    )
    await saveStock(tx, states.stocks())
  },
}
