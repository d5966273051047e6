import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { consumedBy, groupOf, type ShopSize } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import { createDecide, type InventoryEmission, type InventoryEvent } from './commands.ts'
import type { Shelf } from './domain.ts'
import type { ShelfStates } from './shelf-states.ts'
import { createShortage } from './shortage.ts'
import { type InventoryTables, repository } from './storage.ts'

type InventorySubscription = Subscription<InventoryTables, InventoryEvent, Shelf, InventoryEmission, ShelfStates>

const line = ({ type, data }: InventoryEmission): string => {
  switch (type) {
    case 'stock-reserved':
      return `Stock Reserved ${data.orderId}`
    case 'stock-failed':
      return `Stock Failed ${data.orderId} ${data.reason}`
    case 'stock-restored':
      return `Stock Restored ${data.orderId} ${data.reason}`
    case 'inventory.saga.reply':
      return data.outcome === 'refused'
        ? `Stock Failed ${data.orderId} ${data.reason}`
        : `Stock ${data.command === 'reserve' ? 'Reserved' : 'Released'} ${data.orderId}`
    default:
      return `Stock Level ${type} product ${data.productId}: ${data.available} left`
  }
}

export const subscription = (parts: Parts<InventoryTables>, size: ShopSize): InventorySubscription => {
  const shortage = createShortage(parts.switches.board, createDecide(size))
  return {
    group: groupOf('inventory'),
    topics: consumedBy('inventory', size),
    read: createReader<InventoryEvent['eventType']>([
      'payment-success',
      'order-cancelled',
      'shipping.shipment.status-changed',
      'inventory.saga.command',
    ]),
    keyOf: ({ data }) => data.orderId,
    decide: shortage.decide,
    asIfNew: ({ stock }) => ({ reservation: undefined, stock }),
    repository,
    toRow: rowMaker('inventory', parts.tracing),
    narrate: ({ emit }) => emit.map(line),
    onHandled: shortage.count,
  }
}
