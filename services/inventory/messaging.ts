import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { consumedBy, groupOf } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import type { InventoryEmission, InventoryEvent, Shelf } from './domain.ts'
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
    default:
      return `Stock Level ${type} product ${data.productId}: ${data.available} left`
  }
}

export const subscription = (parts: Parts<InventoryTables>): InventorySubscription => {
  const shortage = createShortage(parts.switches.board)
  return {
    group: groupOf('inventory'),
    topics: consumedBy('inventory'),
    read: createReader<InventoryEvent['eventType']>(['payment-success', 'order-cancelled']),
    keyOf: ({ data }) => data.orderId,
    decide: shortage.decide,
    asIfNew: ({ stock }) => ({ reservation: undefined, stock }),
    repository,
    toRow: rowMaker('inventory', parts.tracing),
    narrate: ({ emit }) => emit.map(line),
    onHandled: shortage.count,
  }
}
