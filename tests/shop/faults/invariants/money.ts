import type { Invariant, Snapshot } from '../snapshot.ts'
import { factsOf, sum } from './facts.ts'

const captured = (snapshot: Snapshot) => factsOf(snapshot, 'payment-success')
const refunded = (snapshot: Snapshot) => factsOf(snapshot, 'payment-refunded')

const balanced: Invariant = {
  id: 'I2',
  says: 'what was captured and not given back is what the confirmed orders cost, in the database and on the topics',
  broken: (snapshot) => {
    const due = sum(snapshot.orders.filter(({ status }) => status === 'CONFIRMED').map(({ amount }) => amount))
    const known = new Set(snapshot.orders.map(({ orderId }) => orderId))
    const kept = sum(
      snapshot.payments
        .filter(({ status, orderId }) => status === 'PAID' && known.has(orderId))
        .map(({ amount }) => amount),
    )
    const onLog =
      sum(captured(snapshot).map(({ amount }) => amount)) - sum(refunded(snapshot).map(({ amount }) => amount))
    const paid = new Map(captured(snapshot).map(({ orderId, amount }) => [orderId, amount]))
    const wrongRefunds = refunded(snapshot).filter(({ orderId, amount }) => amount > (paid.get(orderId) ?? 0))
    return [
      ...(kept === due ? [] : [{ what: `the payments keep ${kept}, the confirmed orders cost ${due}` }]),
      ...(onLog === due ? [] : [{ what: `by the topics ${onLog} was kept, the confirmed orders cost ${due}` }]),
      ...wrongRefunds.map(({ orderId, amount }) => ({
        what: `order ${orderId} got ${amount} back and had paid less`,
        orderId,
      })),
    ]
  },
}

const chargedOnce: Invariant = {
  id: 'I3',
  says: 'an order is charged at most once and refunded at most once',
  broken: (snapshot) =>
    (['payment-success', 'payment-refunded'] as const).flatMap((type) =>
      [...Map.groupBy(factsOf(snapshot, type), ({ orderId }) => orderId)]
        .filter(([, facts]) => facts.length > 1)
        .map(([orderId, facts]) => ({ what: `order ${orderId} has ${facts.length} different ${type}`, orderId })),
    ),
}

const undone: Invariant = {
  id: 'I10',
  says: 'of a cancelled order nothing is left: no money kept, no unit held; a confirmed one has both',
  broken: (snapshot) => {
    const payment = new Map(snapshot.payments.map((row) => [row.orderId, row.status]))
    const reservation = new Map(snapshot.reservations.map((row) => [row.orderId, row.status]))
    return snapshot.orders.flatMap(({ orderId, status }) => {
      const money = payment.get(orderId) ?? 'none'
      const units = reservation.get(orderId) ?? 'none'
      if (status === 'CONFIRMED' && (money !== 'PAID' || units !== 'RESERVED'))
        return [{ what: `order ${orderId} is CONFIRMED with payment ${money} and reservation ${units}`, orderId }]
      if (status === 'CANCELLED' && (money === 'PAID' || money === 'none' || units === 'RESERVED' || units === 'none'))
        return [{ what: `order ${orderId} is CANCELLED with payment ${money} and reservation ${units}`, orderId }]
      return []
    })
  },
}

export const moneyInvariants: readonly Invariant[] = [balanced, chargedOnce, undone]
