import { z } from 'zod'
import type { Handled } from '../../kit/service/plan.ts'
import type { Switchboard } from '../../kit/service/switches/switchboard.ts'
import { decide as decideInCore, type InventoryEmission, type InventoryEvent, type Shelf } from './domain.ts'

/** `productId`: of this product alone. */
const toggle = z.strictObject({ productId: z.coerce.string().min(1).max(200).optional() })

/** The decision as it is; while the toggle `out-of-stock` is on, the shelf looks empty to new orders. What really lies there stays. */
export const createShortage = (board: Switchboard, decide = decideInCore) => {
  const shortage = board.add('out-of-stock', toggle)
  const isHit = ({ eventType, data }: InventoryEvent): boolean =>
    eventType === 'payment-success' && [undefined, String(data.productId)].includes(shortage.on?.productId)
  return {
    decide: (event: InventoryEvent, shelf: Shelf): ReturnType<typeof decide> => {
      if (shortage.on === null || shelf.stock === undefined || !isHit(event)) return decide(event, shelf)
      const { state, emit } = decide(event, { ...shelf, stock: { ...shelf.stock, available: 0 } })
      return { state: { ...state, stock: shelf.stock }, emit }
    },
    count: (handled: readonly Handled<InventoryEvent, InventoryEmission>[]): void => {
      if (shortage.on === null) return
      shortage.injected += handled.filter(({ emit }) => emit.some(({ type }) => type === 'stock-failed')).length
    },
  }
}
