import type { Kysely } from 'kysely'
import type { Shipment } from './domain.ts'
import { type ShippingTables, toShipment } from './storage.ts'

export interface ShipmentFilter {
  readonly orderId?: string | undefined
  readonly status?: Shipment['status'] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface Page {
  readonly shipments: readonly Shipment[]
  /** Give it back to get the next page; null at the end. */
  readonly cursor: string | null
}

/** What callers may read. Orders that were called back before they came have no shipment, so no list has them. */
export const createQueries = (db: Kysely<ShippingTables>) => {
  const real = () => db.selectFrom('shipments').selectAll().where('status', '<>', 'BARRED')
  return {
    ofOrder: async (orderId: string): Promise<Shipment | undefined> => {
      const row = await db.selectFrom('shipments').selectAll().where('order_id', '=', orderId).executeTakeFirst()
      return row && toShipment(row)
    },

    byNumber: async (trackingNumber: string): Promise<Shipment | undefined> => {
      const row = await real().where('tracking_number', '=', trackingNumber).executeTakeFirst()
      return row && toShipment(row)
    },

    /** Newest first: a tracking number begins with the time of its shipment. */
    list: async ({ orderId, status, limit, cursor }: ShipmentFilter): Promise<Page> => {
      let query = real().orderBy('tracking_number', 'desc').limit(limit)
      if (orderId !== undefined) query = query.where('order_id', '=', orderId)
      if (status !== undefined) query = query.where('status', '=', status)
      if (cursor !== undefined) query = query.where('tracking_number', '<', cursor)
      const shipments = (await query.execute()).map(toShipment)
      return { shipments, cursor: shipments.length === limit ? shipments.at(-1)!.trackingNumber : null }
    },

    /** Whether this user is known to be gone. */
    isGone: async (userId: string): Promise<boolean> => {
      const user = await db.selectFrom('users').select('active').where('user_id', '=', userId).executeTakeFirst()
      return user !== undefined && Number(user.active) === 0
    },
  }
}

export type Queries = ReturnType<typeof createQueries>
