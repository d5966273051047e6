import type { Violation } from './violation.ts'
import { initialStock, type World } from './world.ts'

const ended: readonly string[] = ['CONFIRMED', 'CANCELLED']

/** I0: what was answered with 202 is there, and one key has one order. */
export const accepted = ({ client, tables }: World): Violation[] => {
  const orderOfKey = new Map<string, string>()
  return client.accepted.flatMap(({ orderId, key }) => {
    const first = orderOfKey.get(key) ?? orderId
    orderOfKey.set(key, first)
    if (!tables.orders.has(orderId)) return [{ orderId, what: 'was accepted, and there is no such order' }]
    return first === orderId ? [] : [{ orderId, what: `is a second order for the Idempotency-Key of ${first}` }]
  })
}

/** I1: every order has ended. */
export const allEnded = ({ tables }: World): Violation[] => {
  const found: Violation[] = []
  for (const { orderId, status } of tables.orders.values())
    if (!ended.includes(status)) found.push({ orderId, what: `is ${status} for good` })
  return found
}

const total = ({ money }: World, orderId: string, kind: 'capture' | 'refund') => {
  let [count, amount] = [0, 0]
  for (const move of money) {
    if (move.orderId !== orderId || move.kind !== kind) continue
    count += 1
    amount += move.amount
  }
  return { count, amount }
}

/** I2: a confirmed order has been paid, another one has not, and no more went back than came in. */
export const moneyAddsUp = (world: World): Violation[] => {
  const found: Violation[] = []
  for (const { orderId, status, amount } of world.tables.orders.values()) {
    const [captured, refunded] = [total(world, orderId, 'capture').amount, total(world, orderId, 'refund').amount]
    const due = status === 'CONFIRMED' ? amount : 0
    if (captured - refunded !== due && ended.includes(status))
      found.push({ orderId, what: `is ${status}, with ${captured} captured and ${refunded} refunded` })
    else if (refunded > captured) found.push({ orderId, what: `got back ${refunded} of ${captured}` })
  }
  return found
}

/** I3: money is taken once and given back once. */
export const moneyMovesOnce = (world: World): Violation[] => {
  const found: Violation[] = []
  for (const { orderId } of world.tables.orders.values()) {
    for (const kind of ['capture', 'refund'] as const) {
      const { count } = total(world, orderId, kind)
      if (count > 1) found.push({ orderId, what: `has ${count} ${kind}s` })
    }
  }
  return found
}

/** I4: what is on the shelf and what is reserved is what was there and what came in; only confirmed orders hold units. */
export const stockAddsUp = ({ tables, restocked }: World): Violation[] => {
  const found: Violation[] = []
  const held: Record<string, number> = {}
  for (const { orderId, productId, quantity, status } of tables.reservations.values()) {
    if (status !== 'RESERVED') continue
    held[productId] = (held[productId] ?? 0) + quantity
    const order = tables.orders.get(orderId)
    if (order?.status === 'CANCELLED')
      found.push({ orderId, what: `is CANCELLED and holds ${quantity} × ${productId}` })
  }
  for (const { productId, available } of tables.stocks.values()) {
    const owed = (initialStock[productId] ?? 0) + (restocked[productId] ?? 0)
    const have = available + (held[productId] ?? 0)
    if (have !== owed)
      found.push({ orderId: null, what: `product ${productId}: ${have} units of ${owed} are accounted for` })
  }
  return found
}

/** I5: the shelf is never below 0, sampled at every transaction of the inventory. */
export const neverOversold = ({ lowest }: World): Violation[] =>
  lowest < 0 ? [{ orderId: null, what: `a product had ${lowest} units` }] : []

const edges: ReadonlySet<string> = new Set([
  'order nothing→PENDING',
  'order PENDING→CONFIRMED',
  'order PENDING→CANCELLED',
  'payment nothing→PAID',
  'payment nothing→DECLINED',
  'payment nothing→BARRED',
  'payment PAID→REFUNDED',
  'reservation nothing→RESERVED',
  'reservation nothing→FAILED',
  'reservation nothing→BARRED',
  'reservation RESERVED→RELEASED',
])

/** I9: every change of a status is a declared one; what has ended stays ended. */
export const legalTransitions = ({ transitions }: World): Violation[] => {
  const found: Violation[] = []
  for (const { entity, id, from, to } of transitions)
    if (!edges.has(`${entity} ${from}→${to}`)) found.push({ orderId: id, what: `${entity} went ${from} → ${to}` })
  return found
}

/** I10: nothing that was done for a cancelled order is left standing, and what comes late is barred. */
export const compensated = ({ tables }: World): Violation[] => {
  const found: Violation[] = []
  for (const { orderId, status } of tables.orders.values()) {
    if (status !== 'CANCELLED') continue
    const payment = tables.payments.get(orderId)?.status ?? 'missing'
    const reservation = tables.reservations.get(orderId)?.status ?? 'missing'
    if (payment === 'PAID' || payment === 'missing')
      found.push({ orderId, what: `is CANCELLED, its payment is ${payment}` })
    if (reservation === 'RESERVED' || reservation === 'missing')
      found.push({ orderId, what: `is CANCELLED, its reservation is ${reservation}` })
  }
  return found
}

/** I12: the customer hears how it ended, by one mail a kind; each mail was sent, and no other. */
export const customerKnows = ({ tables, sends }: World): Violation[] => {
  const found: Violation[] = []
  const sent = new Set(sends.map(({ orderId, kind }) => `${orderId} ${kind}`))
  for (const { orderId, status } of tables.orders.values()) {
    const box = tables.mailboxes.get(orderId) ?? []
    const count = (kind: string): number => box.filter((item) => item === kind).length
    const expected = status === 'CONFIRMED' ? 'confirmation' : 'cancellation'
    if (ended.includes(status) && count(expected) !== 1)
      found.push({ orderId, what: `is ${status} and has ${count(expected)} ${expected} mails` })
    if (status === 'CONFIRMED' && count('cancellation') > 0)
      found.push({ orderId, what: 'is CONFIRMED and was told otherwise' })
    if (count('confirmation') > 1) found.push({ orderId, what: 'was confirmed twice' })
    for (const kind of box)
      if (!sent.has(`${orderId} ${kind}`)) found.push({ orderId, what: `never got its ${kind} mail` })
  }
  return found
}
