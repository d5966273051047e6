import type { Invariant } from '../snapshot.ts'
import { factsOf, sum } from './facts.ts'

const conserved: Invariant = {
  id: 'I4',
  says: 'no unit appears or vanishes: what lies on the shelf and what is held for confirmed orders is what there was, product by product',
  broken: (snapshot) =>
    Object.entries(snapshot.initialStock).flatMap(([productId, units]) => {
      const available = snapshot.stock.find((row) => row.productId === productId)?.available ?? 0
      const held = sum(
        snapshot.reservations
          .filter((row) => row.productId === productId && row.status === 'RESERVED')
          .map(({ quantity }) => quantity),
      )
      const sold = sum(
        snapshot.orders
          .filter((row) => row.productId === productId && row.status === 'CONFIRMED')
          .map(({ quantity }) => quantity),
      )
      return [
        ...(available + held === units
          ? []
          : [{ what: `product ${productId}: ${available} on the shelf and ${held} held, of ${units}` }]),
        ...(held === sold ? [] : [{ what: `product ${productId}: ${held} units are held and ${sold} sold` }]),
      ]
    }),
}

const reservedOnce: Invariant = {
  id: 'I4',
  says: 'an order is answered once by the inventory: reserved, or failed',
  broken: (snapshot) => {
    const answers = [...factsOf(snapshot, 'stock-reserved'), ...factsOf(snapshot, 'stock-failed')]
    return [...Map.groupBy(answers, ({ orderId }) => orderId)]
      .filter(([, facts]) => facts.length > 1)
      .map(([orderId, facts]) => ({
        what: `order ${orderId} got ${facts.map(({ eventId }) => eventId).join(' and ')}`,
        orderId,
      }))
  },
}

interface Shelf {
  readonly productId: string
  readonly available: number
}

const neverBelowZero: Invariant = {
  id: 'I5',
  says: 'no shelf is ever seen below zero, nor fuller than at first',
  broken: ({ journal, stock, initialStock }) => {
    const reads = journal.filter(({ f }) => f === 'read-stock').flatMap(({ value }) => value.stock as readonly Shelf[])
    return [...reads, ...stock]
      .filter(({ productId, available }) => available < 0 || available > (initialStock[productId] ?? 0))
      .map(({ productId, available }) => ({ what: `product ${productId} was seen with ${available} units` }))
  },
}

export const stockInvariants: readonly Invariant[] = [conserved, reservedOnce, neverBelowZero]
