import { keyedStates } from '../../kit/service/keyed-states.ts'
import type { States } from '../../kit/service/plan.ts'
import type { InventoryEvent, Reservation, Shelf, Stock } from './domain.ts'

/** Two maps joined: a decision sees the order's reservation and the product's shelf, and both see what the batch did before. */
export interface ShelfStates extends States<InventoryEvent, Shelf> {
  /** The reservations and stocks that changed, as they are at the end of the batch. */
  readonly reservations: () => Reservation[]
  readonly stocks: () => Stock[]
}

const orderOf = ({ data }: InventoryEvent): string => data.orderId
const productOf = ({ data }: InventoryEvent): string => String(data.productId)

/** The products whose shelves a batch needs. A cancellation puts back what was reserved, whatever product its own event names. */
export const productsOf = (
  events: readonly InventoryEvent[],
  reservations: ReadonlyMap<string, Reservation>,
): string[] => [...new Set(events.map((event) => reservations.get(orderOf(event))?.productId ?? productOf(event)))]

export const shelfStates = (
  loadedReservations: Iterable<readonly [string, Reservation]>,
  loadedStocks: Iterable<readonly [string, Stock]>,
): ShelfStates => {
  const reservations = keyedStates<InventoryEvent, Reservation>(orderOf, loadedReservations)
  const stocks = keyedStates<InventoryEvent, Stock>(
    (event) => reservations.get(event)?.productId ?? productOf(event),
    loadedStocks,
  )
  return {
    get: (event) => ({ reservation: reservations.get(event), stock: stocks.get(event) }),
    set: (event, shelf) => {
      reservations.set(event, shelf.reservation)
      stocks.set(event, shelf.stock)
    },
    reservations: reservations.changed,
    stocks: stocks.changed,
  }
}
