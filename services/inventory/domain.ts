import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent, ShopSize } from '../contracts/catalogue.ts'

/** What the inventory did for one order. BARRED: cancelled before its payment came, so nothing will be reserved. */
export interface Reservation {
  readonly orderId: string
  readonly productId: string
  readonly quantity: number
  readonly status: 'RESERVED' | 'FAILED' | 'RELEASED' | 'BARRED'
}

/** What lies on the shelf. `available` never falls below 0; units held for orders are in the reservations. */
export interface Stock {
  /** As text: 201 and "201" are one product. */
  readonly productId: string
  readonly available: number
  readonly threshold: number
  readonly level: 'NORMAL' | 'LOW' | 'DEPLETED'
  /** How often the level crossed a threshold; makes each level event's id its own. */
  readonly crossings: number
}

/** Both sides of one decision: the order's reservation and the product's shelf. */
export interface Shelf {
  readonly reservation: Reservation | undefined
  readonly stock: Stock | undefined
}

export type InventoryEvent = EventOf<'payment-success' | 'order-cancelled' | 'shipping.shipment.status-changed'>
export type LevelEmission = NewEvent<'stock-level-warning' | 'stock-level-normalized' | 'stock-depleted'>
export type InventoryEmission = NewEvent<'stock-reserved' | 'stock-failed' | 'stock-restored'> | LevelEmission
type InventoryDecision = Decision<Shelf, InventoryEmission>

export const createDecide =
  (size: ShopSize) =>
  (event: InventoryEvent, shelf: Shelf): InventoryDecision => {
    // Where the saga is orchestrated, it goes by commands: what is told about such an order is for others.
    if (event.data.saga === 'orchestration') return { state: shelf, emit: [] }
    switch (event.eventType) {
      case 'payment-success':
        return shelf.reservation === undefined ? reserve(event.data, shelf.stock) : { state: shelf, emit: [] }
      case 'order-cancelled': {
        if (shelf.reservation === undefined) return bar(event.data, shelf.stock)
        const released = release(event.data, shelf)
        return size === 'whole' ? released : { ...released, emit: released.emit.filter(isLevel) }
      }
      case 'shipping.shipment.status-changed': {
        if (event.data.status !== 'FAILED' || shelf.reservation === undefined) return { state: shelf, emit: [] }
        const { orderId, userId, productId, quantity, amount, reason } = event.data
        return release({ orderId, userId, productId, quantity, amount, reason: reason ?? carrierRefused }, shelf)
      }
    }
  }

/** In the core shop: there nobody is told of units that lie on the shelf again. */
export const decide = createDecide('core')

const carrierRefused = 'the carrier refused the parcel'

const isLevel = ({ type }: InventoryEmission): boolean => type !== 'stock-restored'

const reservationOf = (data: DataOf<'payment-success'>, status: Reservation['status']): Reservation => ({
  orderId: data.orderId,
  productId: String(data.productId),
  quantity: data.quantity,
  status,
})

/** Sets the units aside, or says why not. */
export const reserve = (data: DataOf<'payment-success'>, stock: Stock | undefined): InventoryDecision => {
  const available = stock?.available ?? 0
  if (stock === undefined || available < data.quantity) {
    const reason = `not enough stock of product ${data.productId}: ${data.quantity} wanted, ${available} left`
    return {
      state: { reservation: reservationOf(data, 'FAILED'), stock },
      emit: [{ type: 'stock-failed', data: { ...data, reason } }],
    }
  }
  const shelf = setAvailable(stock, available - data.quantity)
  return {
    state: { reservation: reservationOf(data, 'RESERVED'), stock: shelf.state },
    emit: [{ type: 'stock-reserved', data }, ...shelf.emit],
  }
}

/** Puts back what was set aside, once, and tells so; where nothing is, nothing happens. */
export const release = (data: DataOf<'order-cancelled'>, { reservation, stock }: Shelf): InventoryDecision => {
  if (reservation === undefined || reservation.status !== 'RESERVED' || stock === undefined)
    return { state: { reservation, stock }, emit: [] }
  const shelf = setAvailable(stock, stock.available + reservation.quantity)
  return {
    state: { reservation: { ...reservation, status: 'RELEASED' }, stock: shelf.state },
    emit: [{ type: 'stock-restored', data: { ...data, quantity: reservation.quantity } }, ...shelf.emit],
  }
}

/** An order that is off before its units were set aside: they never will be. */
export const bar = (data: DataOf<'order-cancelled'>, stock: Stock | undefined): InventoryDecision => ({
  state: { reservation: reservationOf(data, 'BARRED'), stock },
  emit: [],
})

export const newStock = (productId: string, available: number, threshold: number): Stock => ({
  productId,
  available,
  threshold,
  level: levelOf(available, threshold),
  crossings: 0,
})

const levelOf = (available: number, threshold: number): Stock['level'] =>
  available === 0 ? 'DEPLETED' : available <= threshold ? 'LOW' : 'NORMAL'

/** Changes a level and says what was crossed, once for each crossing: down to low, down to none, back above low. */
export const setAvailable = (
  stock: Stock,
  available: number,
  threshold = stock.threshold,
): Decision<Stock, LevelEmission> => {
  const level = levelOf(available, threshold)
  const types = crossings(stock.level, level)
  const data = { productId: stock.productId, available, threshold }
  return {
    state: { ...stock, available, threshold, level, crossings: stock.crossings + types.length },
    emit: types.map((type, i) => ({ type, data, occurrence: stock.crossings + i + 1 })),
  }
}

const crossings = (from: Stock['level'], to: Stock['level']): LevelEmission['type'][] => {
  if (to === 'NORMAL') return from === 'NORMAL' ? [] : ['stock-level-normalized']
  const low: LevelEmission['type'][] = from === 'NORMAL' ? ['stock-level-warning'] : []
  return to === 'DEPLETED' && from !== 'DEPLETED' ? [...low, 'stock-depleted'] : low
}
