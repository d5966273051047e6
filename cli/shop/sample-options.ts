import { number, type Parameter, text } from '../command.ts'
import type { Product } from './load.ts'
import { readUrl } from './order-service.ts'

type Saga = 'choreography' | 'orchestration'

function readSaga(text: string): Saga {
  if (text === 'choreography' || text === 'orchestration') return text
  throw new RangeError('choreography or orchestration is needed.')
}

/** What `lab order` and `lab load` both take. */
export const productOptions = {
  product: text('--product <id>', 'what is ordered', '201'),
  quantity: number('--quantity <units>', 'units in an order', { fallback: 1, min: 1, max: 1_000_000 }),
  amount: number('--amount <money>', 'price of an order', { fallback: 750, fraction: true }),
  user: text('--user <id>', 'who orders'),
  saga: {
    flags: '--saga <kind>',
    about: 'orchestration: the order service leads it step by step; choreography: each service acts on events',
    fallback: 'choreography',
    parse: readSaga,
  } satisfies Parameter<Saga> as Parameter<Saga>,
  url: {
    flags: '--url <address>',
    about: "the order service, where it is not 'lab demo' that runs it",
    parse: readUrl,
  } satisfies Parameter<string | undefined> as Parameter<string | undefined>,
} as const

/** A product id of digits goes out as a number, as the shop's own examples have it. */
export function orderOf(options: {
  readonly product: string
  readonly quantity: number
  readonly amount: number
  readonly user: string | undefined
  readonly saga: Saga
}): Product {
  const { product, quantity, amount, user, saga } = options
  const productId = /^\d{1,15}$/.test(product) ? Number(product) : product
  return {
    ...(user === undefined ? {} : { userId: user }),
    productId,
    quantity,
    amount,
    ...(saga === 'choreography' ? {} : { saga }),
  }
}

/** `--stock 201=100,202=5`: units by product. */
export function stockOption(about: string): Parameter<Readonly<Record<string, number>> | undefined> {
  return {
    flags: '--stock <list>',
    about,
    parse: (text) => {
      const pairs = text.split(',').map((pair) => /^([^=\s]+)=(\d{1,9})$/.exec(pair.trim()))
      if (pairs.includes(null))
        throw new RangeError('product=units is needed, several separated by commas: 201=100,202=5.')
      return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', Number(pair?.[2])]))
    },
  }
}
