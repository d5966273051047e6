import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'

export async function pay(order: ShopEvent) {
  // lab:begin F
  console.log(`Payment Processing ${order.data.orderId}`)
  await send(createEvent('payment-success', order.data))
  console.log(`Payment Done ${order.data.orderId}`)
  // lab:else
  // // Say Payment Processing, send payment-success with the order's data, say Payment Done.
  // throw new Error('part F: not written yet')
  // lab:end
}
