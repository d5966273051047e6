import type { OutgoingRecord } from '../../kit/kafka/bus.ts'
import type { Topic } from './contract.ts'
import type { Answer } from './history.ts'
import { field, parseJson } from './json.ts'
import type { Order } from './orders.ts'
import type { Running, Shop } from './shop.ts'
import { seenOrders } from './views.ts'

/** A program on its way up may say all kinds of things; what it says for so long is what it says. */
const SAME_ANSWER = 2_000

/**
 * Asks for /health until it is as the contract wants it, or says for two seconds something that is not, or `deadlineMs` are over. An answer that is slow to
 * come is waited for longer each time: the first may have been asked too early, and a slow one is right as well.
 */
export async function firstAnswer(shop: Shop, running: Running, deadlineMs: number): Promise<Answer> {
  const end = shop.recorder.now() + deadlineMs
  let answer: Answer | undefined
  let patience = 2_000
  let wrongSince: number | undefined
  const asks = async () => {
    const left = Math.max(500, end - shop.recorder.now())
    answer = await shop.http(running, '/health', { deadlineMs: Math.min(patience, left) })
    const body = parseJson(answer.body)
    const status = field(body, 'status')
    if (answer.status === 0 && answer.ms >= patience - 100) patience *= 2
    const starting =
      answer.status === 0 ||
      (answer.status >= 500 && answer.status !== 501) ||
      (typeof status === 'string' && status !== 'ok')
    if (starting) wrongSince = undefined
    else wrongSince ??= shop.recorder.now()
    const good = answer.status === 200 && status === 'ok' && field(body, 'service') === running.service
    return good || (wrongSince !== undefined && shop.recorder.now() - wrongSince >= SAME_ANSWER)
  }
  await shop.until(`${running.service} answers GET /health`, asks, deadlineMs, [running])
  return answer as Answer
}

/**
 * Waits until the shop is seen at work. Gives up at once where a program says itself that it is not written yet, as the starter of this part does: nobody
 * should wait half a minute to be told what stands on the screen already.
 */
export async function untilAtWork(
  shop: Shop,
  what: string,
  works: () => boolean | Promise<boolean>,
  deadlineMs: number,
  alive: readonly Running[],
): Promise<boolean> {
  const { history } = shop.recorder
  const words = `part ${history.scenario.charAt(0).toUpperCase()}: not written yet`
  const unwritten = () =>
    alive.some(({ child }) => child.story.tail.some((line) => line.includes(words))) ||
    history.answers.at(-1)?.body.includes(words)
  let atWork = false
  const look = async () => {
    atWork = await works()
    return atWork || unwritten() === true
  }
  await shop.until(what, look, deadlineMs * shop.patience, alive)
  if (!atWork) shop.note(`${what}: given up`)
  return atWork
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
  return await untilAtWork(shop, `${answers} answers a round of orders`, answered, deadlineMs, alive)
}
