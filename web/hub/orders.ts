import { setTimeout as pause } from 'node:timers/promises'
import type { ShopPorts } from './ports.ts'
import type { OrderAnswer, OrderRequest } from './protocol.ts'

const AT_ONCE = 16

/** Places one order, a burst, or orders at a rate: then each goes out when it is due, however long the answers take. */
export async function placeOrders(ports: ShopPorts, wish: OrderRequest, signal: AbortSignal): Promise<OrderAnswer> {
  const { count = 1, ratePerS, ...order } = wish
  const orderIds: string[] = []
  let refused = 0
  const place = async (): Promise<void> => {
    const answer = await ports.placeOrder(order).catch(() => null)
    if (answer === null || answer.orderId === null || answer.status >= 300) refused++
    else orderIds.push(answer.orderId)
  }
  if (ratePerS === undefined) {
    let left = count
    const worker = async (): Promise<void> => {
      while (left-- > 0 && !signal.aborted) await place()
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker))
  } else {
    const begun = performance.now()
    const underWay: Promise<void>[] = []
    for (let n = 0; n < count && !signal.aborted; n++) {
      const wait = begun + (n * 1_000) / ratePerS - performance.now()
      if (wait > 0) await pause(wait, undefined, { signal }).catch(() => undefined)
      underWay.push(place())
    }
    await Promise.all(underWay)
  }
  return { accepted: orderIds.length, refused, orderIds }
}
