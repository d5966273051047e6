import type { Order } from '../../../services/order/domain.ts'
import type { Saga } from '../../../services/order/saga/machine.ts'
import type { Undo } from '../../../services/order/saga/steps.ts'
import { isUnderWay } from '../../../services/shipping/domain.ts'
import type { Violation } from '../sim/violation.ts'
import { initialStock } from '../sim/world.ts'
import type { World } from './world.ts'

export type Finding = Violation
interface Case {
  readonly orderId: string
  readonly order: Order
  readonly saga: Saga | undefined
}

const cases = ({ tables }: World): Case[] =>
  [...tables.led].flatMap(([orderId, { order, saga }]) => (order === undefined ? [] : [{ orderId, order, saga }]))

const ended: readonly string[] = ['CONFIRMED', 'CANCELLED']
const byHand = (saga: Saga | undefined, undo: Undo): boolean =>
  saga?.settledByHand.some(({ command }) => command === undo) ?? false

/** While somebody is away: an orchestrated order has ended, or a person is told why it has not. */
export const endsOrWaits = (world: World): Finding[] =>
  cases(world).flatMap(({ orderId, order, saga }) => {
    if (saga === undefined || ended.includes(order.status)) return []
    if (order.status === 'NEEDS_ATTENTION' && order.reason) return []
    return [{ orderId, what: `is ${order.status}, and nobody is told why` }]
  })

const allEnd = (world: World): Finding[] =>
  cases(world).flatMap(({ orderId, order: { status } }) =>
    ended.includes(status) ? [] : [{ orderId, what: `is ${status} for good` }],
  )

/** A confirmed order is paid, another one is not; money is taken once and given back once. */
const moneyAddsUp = (world: World): Finding[] =>
  cases(world).flatMap(({ orderId, order: { status, amount }, saga }) => {
    const moved = world.money.filter((one) => one.orderId === orderId)
    const captures = moved.filter((one) => one.amount > 0).length
    const refunds = moved.length - captures
    const due = status === 'CONFIRMED' ? amount : 0
    const have = moved.reduce((sum, one) => sum + one.amount, 0)
    if (captures > 1 || refunds > captures)
      return [{ orderId, what: `was charged ${captures} times and refunded ${refunds} times` }]
    return have === due || byHand(saga, 'refund')
      ? []
      : [{ orderId, what: `is ${status}, and ${have} of ${due} is paid` }]
  })

/** What lies on the shelf and what is held is what was there; confirmed orders hold their units, cancelled ones none. */
const stockAddsUp = (world: World): Finding[] => {
  const held: Record<string, number> = {}
  const { reservations, stocks } = world.tables
  for (const { productId, quantity, status } of reservations.values())
    if (status === 'RESERVED') held[productId] = (held[productId] ?? 0) + quantity
  const wrong = [...stocks.values()].flatMap(({ productId, available }) => {
    const have = available + (held[productId] ?? 0)
    if (have === initialStock[productId] && world.lowest >= 0) return []
    return [{ orderId: null, what: `product ${productId}: ${have} units, at the lowest ${world.lowest}` }]
  })
  const kept = cases(world).flatMap(({ orderId, order: { status }, saga }) => {
    const isHeld = reservations.get(orderId)?.status === 'RESERVED'
    if (isHeld === (status === 'CONFIRMED') || byHand(saga, 'release')) return []
    return [{ orderId, what: `is ${status}, and its units are ${isHeld ? '' : 'not '}held` }]
  })
  return [...wrong, ...kept]
}

/** A confirmed order has a parcel; a cancelled one that is orchestrated has none on its way. */
const parcelsFit = (world: World): Finding[] =>
  cases(world).flatMap(({ orderId, order: { status }, saga }) => {
    const shipment = world.tables.shipments.get(orderId)
    const isSent = shipment !== undefined && (isUnderWay(shipment) || shipment.status === 'DELIVERED')
    if (status === 'CONFIRMED' && !isSent) return [{ orderId, what: `is CONFIRMED, its parcel is ${shipment?.status}` }]
    if (status === 'CANCELLED' && isSent && saga !== undefined && !byHand(saga, 'unship'))
      return [{ orderId, what: `is CANCELLED, its parcel is ${shipment.status}` }]
    return []
  })

const edges: ReadonlySet<string> = new Set([
  ...['nothing→PENDING', 'PENDING→CONFIRMED', 'PENDING→CANCELLED', 'PENDING→NEEDS_ATTENTION'].map((e) => `order ${e}`),
  ...['PENDING', 'CONFIRMED', 'CANCELLED'].map((to) => `order NEEDS_ATTENTION→${to}`),
  ...['nothing→PAID', 'nothing→DECLINED', 'nothing→BARRED', 'PAID→REFUNDED'].map((e) => `payment ${e}`),
  ...['nothing→RESERVED', 'nothing→FAILED', 'nothing→BARRED', 'RESERVED→RELEASED'].map((e) => `reservation ${e}`),
  ...['nothing→CREATED', 'nothing→FAILED', 'nothing→BARRED', 'CREATED→CANCELLED'].map((e) => `shipment ${e}`),
  ...['CREATED→PICKED_UP', 'PICKED_UP→IN_TRANSIT', 'IN_TRANSIT→DELIVERED'].map((e) => `shipment ${e}`),
])

/** Every change of a status is a declared one; what has ended stays ended. */
const legalMoves = ({ moves }: World): Finding[] =>
  moves.flatMap(({ entity, id, from, to }) =>
    edges.has(`${entity} ${from}→${to}`) ? [] : [{ orderId: id, what: `${entity} went ${from} → ${to}` }],
  )

/** The customer is told how it ended, once; and no event is said twice, but a reply, to a command that comes again when the inbox has forgotten it. */
const saidOnce = (world: World): Finding[] => {
  const ids = world.services.flatMap(({ outbox }) => outbox.map(({ event }) => event.eventId))
  const twice = ids
    .filter((id, i) => ids.indexOf(id) !== i && !id.includes('.saga.reply.'))
    .map((id) => ({ orderId: null, what: `${id} is said twice` }))
  const wrong = cases(world).flatMap(({ orderId, order: { status } }) => {
    const completed = ids.includes(`order.order.completed.${orderId}`)
    const cancelled = ids.includes(`order-cancelled.${orderId}`)
    if (completed === (status === 'CONFIRMED') && cancelled === (status === 'CANCELLED')) return []
    return [{ orderId, what: `is ${status}: told that it is completed ${completed}, cancelled ${cancelled}` }]
  })
  return [...twice, ...wrong]
}

const endStates: readonly string[] = ['OrderCompleted', 'OrderCancelled']

/** The order says what its saga says, which ends once and where nothing is owed. */
const sagaFits = (world: World): Finding[] =>
  cases(world).flatMap(({ orderId, order: { status }, saga }) => {
    if (saga === undefined || !ended.includes(status)) return []
    const ends = saga.path.filter((state) => endStates.includes(state))
    const end = status === 'CONFIRMED' ? 'OrderCompleted' : 'OrderCancelled'
    if (ends.length === 1 && saga.path.at(-1) === end && saga.undo.length === 0) return []
    return [{ orderId, what: `is ${status}, its saga went ${saga.path.join(' → ')} and owes ${saga.undo.length}` }]
  })

/** A pure look at a world that has been healed and drained. */
export const judge = (world: World): Finding[] =>
  [allEnd, sagaFits, moneyAddsUp, stockAddsUp, parcelsFit, legalMoves, saidOnce].flatMap((check) => check(world))
