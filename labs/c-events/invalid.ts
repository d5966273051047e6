import type { Random } from '../../cli/check/random.ts'

/** A line that `create-event` must refuse, and the field that it must name. */
export interface InvalidCase {
  readonly what: string
  readonly field: 'orderId' | 'productId' | 'quantity' | 'amount' | 'eventType'
  readonly line: string
}

/** Every way to be invalid that the contract lists, broken JSON aside: each is one good line with one thing wrong. */
export function invalidCases(random: Random): InvalidCase[] {
  const event = (change: (data: Record<string, unknown>) => void, eventType = 'order-created') => {
    const data: Record<string, unknown> = {
      orderId: random.id(),
      productId: 201,
      quantity: 2,
      amount: random.whole(100, 9_000),
    }
    change(data)
    return JSON.stringify({ eventType, data })
  }
  const bad = (name: 'orderId' | 'productId' | 'quantity' | 'amount', what: string, value: unknown): InvalidCase => ({
    what: `${name} ${what}`,
    field: name,
    line: event((data) => {
      data[name] = value
    }),
  })
  return [
    bad('orderId', 'absent', undefined),
    bad('orderId', 'empty', ''),
    bad('productId', 'absent', undefined),
    bad('quantity', '0', 0),
    bad('quantity', 'negative', -random.whole(1, 5)),
    bad('quantity', 'a fraction', 1.5),
    bad('quantity', 'a string', '2'),
    bad('amount', 'negative', -random.whole(1, 500)),
    bad('amount', 'null', null),
    bad('amount', 'absent', undefined),
    bad('amount', '"NaN"', 'NaN'),
    { what: 'eventType unknown', field: 'eventType', line: event(() => {}, `order-${random.id().slice(0, 6)}`) },
  ]
}
