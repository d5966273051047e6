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
  // lab:begin H
  await send(createEvent('payment-failed', { ...data, reason: 'the bank declined the payment' }))
  console.log(`Payment Failed ${data.orderId}`)
  // lab:else
  // // payment-failed, with a reason
  // throw new Error('part H: not written yet')
  // lab:end
}

export async function refund({ data }: ShopEvent) {
  // lab:begin H
  await send(createEvent('payment-refunded', { ...data, reason: data.reason ?? 'out of stock' }))
  console.log(`Payment Refunded ${data.orderId}`)
  // lab:else
  // // payment-refunded, with a reason
  // throw new Error('part H: not written yet')
  // lab:end
}
