import { createHash } from 'node:crypto'
import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'

const failRate = Number(process.env.PAYMENT_FAIL_RATE || 0)

/** By chance, but the same chance each time: an order that is delivered twice must not be declined once and paid once. */
export function isDeclined({ data }: ShopEvent) {
  const number = createHash('sha256').update(data.orderId).digest().readUInt32BE()
  return number / 2 ** 32 < failRate
}

export async function decline({ data }: ShopEvent) {
  // payment-failed, with a reason
  throw new Error('part H: not written yet')
}

export async function refund({ data }: ShopEvent) {
  // payment-refunded, with a reason
  throw new Error('part H: not written yet')
}
