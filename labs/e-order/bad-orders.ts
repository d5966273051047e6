import { bodyOf, makeOrder } from '../../cli/check/orders.ts'
import type { Random } from '../../cli/check/random.ts'

export interface BadOrder {
  readonly what: string
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The amount where the body has one: by it an event is recognised that should not be there. */
  readonly amount?: number
}

const JSON_TYPE = { 'content-type': 'application/json' }
const TWO_MEGABYTES = 2 * 1024 * 1024

/** Every bad body that the contract lists. */
export function badOrders(random: Random): BadOrder[] {
  const wrong = (field: 'productId' | 'quantity' | 'amount', what: string, value: unknown): BadOrder => {
    const order: Record<string, unknown> = JSON.parse(bodyOf(makeOrder(random)))
    order[field] = value
    const known = typeof order.amount === 'number' && order.amount > 0 ? { amount: order.amount } : {}
    return { what: `${field} ${what}`, body: JSON.stringify(order), headers: JSON_TYPE, ...known }
  }
  const large = makeOrder(random)
  return [
    wrong('productId', 'absent', undefined),
    wrong('quantity', '0', 0),
    wrong('quantity', 'negative', -2),
    wrong('quantity', 'a fraction', 1.5),
    wrong('quantity', 'a string', '2'),
    wrong('amount', 'negative', -random.whole(1, 900)),
    wrong('amount', 'null', null),
    wrong('amount', 'absent', undefined),
    wrong('amount', '"NaN"', 'NaN'),
    { what: 'a JSON array', body: `[${bodyOf(makeOrder(random))}]`, headers: JSON_TYPE },
    { what: 'no body, with a content type', body: undefined, headers: JSON_TYPE },
    { what: 'no body, without a content type', body: undefined, headers: {} },
    { what: 'broken JSON', body: '{"productId":201,"quantity":', headers: JSON_TYPE },
    {
      what: 'a good order with 2 MB more',
      body: bodyOf(large, { note: 'x'.repeat(TWO_MEGABYTES) }),
      headers: JSON_TYPE,
      amount: large.amount,
    },
  ]
}
