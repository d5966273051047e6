import type { Subscription } from '../../kit/service/consumer.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { consumedBy, groupOf } from '../contracts/catalogue.ts'
import { createReader } from '../contracts/codec.ts'
import { rowMaker } from '../contracts/rows.ts'
import type { SimulatedCarrier } from './carrier.ts'
import { createDecide, type ShippingEmission } from './domain.ts'
import { type Desk, type DeskEvent, type DeskStates, isUserEvent, repository, type ShippingTables } from './storage.ts'
import { linesOf } from './story.ts'
import { learn } from './users.ts'

type ShippingSubscription = Subscription<ShippingTables, DeskEvent, Desk, ShippingEmission, DeskStates>

const isRefusal = ({ type, data }: ShippingEmission): boolean =>
  type === 'shipping.shipment.status-changed' && data.status === 'FAILED'

export const subscription = (
  parts: Parts<ShippingTables>,
  { carrier, countRefused }: SimulatedCarrier,
): ShippingSubscription => {
  const decide = createDecide(carrier)
  return {
    group: groupOf('shipping'),
    topics: consumedBy('shipping', 'whole'),
    read: createReader<DeskEvent['eventType']>([
      'stock-reserved',
      'order-cancelled',
      'shipping.saga.command',
      'identity.user.created',
      'identity.user.updated',
      'identity.user.deactivated',
    ]),
    keyOf: (event) => (isUserEvent(event) ? `user ${event.data.userId}` : event.data.orderId),
    decide: (event, desk) => {
      if (isUserEvent(event)) return { state: { ...desk, user: learn(event, desk.user).state }, emit: [] }
      const { state, emit } = decide(event, desk.shipment)
      return { state: { ...desk, shipment: state }, emit }
    },
    asIfNew: () => ({ shipment: undefined, user: undefined }),
    repository,
    toRow: rowMaker('shipping', parts.tracing),
    narrate: ({ emit }) => emit.flatMap(linesOf),
    onHandled: (handled) => countRefused(handled.flatMap(({ emit }) => emit).filter(isRefusal).length),
  }
}
