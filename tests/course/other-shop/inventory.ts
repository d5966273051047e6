import { health, none, open } from './door.ts'
import { wrap } from './envelope.ts'
import { follow } from './wire.ts'

const shelf = new Map<string, number>(
  Object.entries(JSON.parse(process.env.STOCK ?? '{"201":100}') as Record<string, number>),
)

/** Decisions are made one after the other, before anything is sent: no two orders can see the same unit. */
export async function inventory(): Promise<void> {
  let stop = async () => {}
  await open('inventory', 5002, health, none, () => stop())
  stop = await follow('inventory-group', ['payment-success'], (data) => {
    const product = String(data.productId)
    const left = (shelf.get(product) ?? 0) - data.quantity
    if (left < 0) {
      console.error(`\u001b[31mno ${product} for ${data.orderId}\u001b[0m`)
      const reason = { code: 'OUT_OF_STOCK', missing: -left }
      return [
        wrap('stock-failed', { ...data, reason: JSON.stringify(reason) }),
        wrap('order-cancelled', { ...data, reason: 'sold out' }),
      ]
    }
    shelf.set(product, left)
    return [wrap('stock-reserved', data)]
  })
}
