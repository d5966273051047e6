import { z } from 'zod'
import type { Handled } from '../../kit/service/plan.ts'
import type { Switchboard } from '../../kit/service/switches/switchboard.ts'
import { createDecide, type InventoryEmission, type InventoryEvent } from './commands.ts'
import type { Shelf } from './domain.ts'

/** `productId`: of this product alone. */
const toggle = z.strictObject({ productId: z.coerce.string().min(1).max(200).optional() })

const asksForUnits = (event: InventoryEvent): boolean =>
  event.eventType === 'payment-success' ||
  (event.eventType === 'inventory.saga.command' && event.data.command === 'reserve')

const isRefusal = ({ type, data }: InventoryEmission): boolean =>
  type === 'stock-failed' || (type === 'inventory.saga.reply' && data.outcome === 'refused')

/** The decision as it is; while the toggle `out-of-stock` is on, the shelf looks empty to new orders. What really lies there stays. */
export const createShortage = (board: Switchboard, decide = createDecide('core')) => {
  const shortage = board.add('out-of-stock', toggle)
  const isHit = (event: InventoryEvent): boolean =>
    asksForUnits(event) && [undefined, String(event.data.productId)].includes(shortage.on?.productId)
  return {
    decide: (event: InventoryEvent, shelf: Shelf): ReturnType<typeof decide> => {
      if (shortage.on === null || shelf.stock === undefined || !isHit(event)) return decide(event, shelf)
      const { state, emit } = decide(event, { ...shelf, stock: { ...shelf.stock, available: 0 } })
      return { state: { ...state, stock: shelf.stock }, emit }
    },
    count: (handled: readonly Handled<InventoryEvent, InventoryEmission>[]): void => {
      if (shortage.on === null) return
      shortage.injected += handled.filter(({ emit }) => emit.some(isRefusal)).length
    },
  }
}
