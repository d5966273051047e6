import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent, ShopSize } from '../contracts/catalogue.ts'
import {
  bar,
  createDecide as createReaction,
  type InventoryEmission as InventoryFact,
  type InventoryEvent as InventoryNews,
  release,
  reserve,
  type Shelf,
} from './domain.ts'

export type InventoryEvent = InventoryNews | EventOf<'inventory.saga.command'>
export type InventoryEmission = InventoryFact | NewEvent<'inventory.saga.reply'>
type InventoryDecision = Decision<Shelf, InventoryEmission>

/** What the inventory does, whoever leads the saga: the events of the choreography and the commands of the orchestration, over one domain. */
export const createDecide = (size: ShopSize) => {
  const react = createReaction(size)
  return (event: InventoryEvent, shelf: Shelf): InventoryDecision =>
    event.eventType === 'inventory.saga.command' ? obey(event.data, shelf) : react(event, shelf)
}

type Asked = DataOf<'inventory.saga.command'>

/** Does what is asked once, and answers every time: with what became of it. */
const obey = (asked: Asked, before: Shelf): InventoryDecision => {
  const { command, sequence, reason: _reason, ...order } = asked
  const { state, emit } = act(asked, before)
  const refusal = command === 'reserve' ? whyNotReserved(state, asked) : null
  const outcome = refusal === null ? ({ outcome: 'done' } as const) : ({ outcome: 'refused', reason: refusal } as const)
  const data = { ...order, command, sequence, ...outcome }
  return {
    state,
    emit: [...emit.filter(isNotInReply), { type: 'inventory.saga.reply', data, occurrence: sequence }],
  }
}

const isNotInReply = ({ type }: InventoryFact): boolean => type !== 'stock-reserved' && type !== 'stock-failed'

/** A release that comes before its reservation bars it. */
const act = (asked: Asked, before: Shelf): Decision<Shelf, InventoryFact> => {
  const { command, sequence: _sequence, reason = 'cancelled', ...order } = asked
  if (command === 'reserve')
    return before.reservation === undefined ? reserve(order, before.stock) : { state: before, emit: [] }
  return before.reservation === undefined
    ? bar({ ...order, reason }, before.stock)
    : release({ ...order, reason }, before)
}

const whyNotReserved = ({ reservation }: Shelf, { productId, quantity }: Asked): string | null => {
  switch (reservation?.status) {
    case 'RESERVED':
      return null
    case 'FAILED':
      return `not enough stock of product ${productId}: ${quantity} wanted`
    default:
      return `the reservation is ${reservation?.status}`
  }
}
