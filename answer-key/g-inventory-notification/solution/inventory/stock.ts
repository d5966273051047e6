import { send } from '../kafka/producer.ts'
import { createEvent, type ShopEvent } from '../shared/events.ts'

const stock = new Map<string, number>(Object.entries(JSON.parse(process.env.STOCK || '{"201":100}')))

export async function reserve(payment: ShopEvent) {
  // lab:begin G
  const { orderId, productId, quantity } = payment.data
  const left = stock.get(String(productId)) ?? 0
  if (quantity > left) {
    const reason = `product ${productId}: ${quantity} ordered, ${left} left`
    await send(createEvent('stock-failed', { ...payment.data, reason }))
    console.log(`Stock Failed ${orderId}: ${reason}`)
    return
  }
  await send(createEvent('stock-reserved', payment.data))
  // Nobody sold from this shelf while we waited for Kafka: the consumer handles one message at a time.
  stock.set(String(productId), left - quantity)
  console.log(`Stock Reserved ${orderId}`)
  // lab:else
  // // Is there enough of the product? stock-reserved and fewer units on the shelf; or stock-failed and a reason.
  // throw new Error('part G: not written yet')
  // lab:end
}
