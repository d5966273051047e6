import type { OutgoingRecord } from '../../kit/kafka/bus.ts'
import type { Topic } from './contract.ts'
import type { Answer } from './history.ts'
import { field, parseJson } from './json.ts'
import type { Order } from './orders.ts'
import type { Running, Shop } from './shop.ts'
import { seenOrders } from './views.ts'

/** Asks for /health until it says ok or says something that will not change; at most 15 s. */
export async function firstAnswer(shop: Shop, running: Running, deadlineMs: number): Promise<Answer> {
  let answer: Answer | undefined
  const asks = async () => {
    answer = await shop.http(running, '/health', { deadlineMs: 2_000 })
    const status = field(parseJson(answer.body), 'status')
    const starting = answer.status === 0 || answer.status >= 500 || (typeof status === 'string' && status !== 'ok')
    return !starting
  }
  await shop.until(`${running.service} answers GET /health`, asks, deadlineMs, [running])
  return answer as Answer
}

const AGAIN = 1_500

/**
 * Publishes one record a partition, again and again, until those of one round have all been answered on `answers`: then every partition is
 * being read. A consumer that starts at the end of its topics has found that end by now, so that what is judged afterwards is
 * only what is asked afterwards. Resolves to false after `deadlineMs`, or when a process is gone.
 */
export async function warmUp(
  shop: Shop,
  alive: readonly Running[],
  round: () => { orders: readonly Order[]; records: readonly OutgoingRecord[] },
  answers: Topic,
  deadlineMs = 35_000,
): Promise<boolean> {
  const rounds: (readonly Order[])[] = []
  let next = 0
  const answered = async () => {
    if (shop.recorder.now() >= next) {
      const { orders, records } = round()
      await shop.publish('a round of orders to see who reads', records)
      rounds.push(orders)
      next = shop.recorder.now() + AGAIN
    }
    const done = seenOrders(shop.records, answers)
    return rounds.some((orders) => orders.every((order) => done.has(order.orderId)))
  }
  return await shop.until(`${answers} answers a round of orders`, answered, deadlineMs, alive)
}
