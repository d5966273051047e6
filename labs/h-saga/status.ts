import type { Answer } from '../../cli/check/history.ts'
import { accepted, type Posted, shownAnswer } from '../../cli/check/http-orders.ts'
import { field, parseJson } from '../../cli/check/json.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { asText } from '../../cli/check/views.ts'

export interface Status {
  /** As the shop says it; `undefined` where its answer has none. */
  readonly status: string | undefined
  readonly orderId: string | undefined
  readonly shown: string
}

/** The last answer of the order service for each order id. */
export type Asked = Readonly<Record<string, Status>>

export async function askFor(shop: Shop, order: Running, orderId: string): Promise<Status & { answer: Answer }> {
  const answer = await shop.http(order, `/api/orders/${encodeURIComponent(orderId)}`, { deadlineMs: 5_000 })
  const body = answer.status === 200 ? parseJson(answer.body) : undefined
  return {
    status: asText(field(body, 'status')),
    orderId: asText(field(body, 'orderId')),
    shown: shownAnswer(answer),
    answer,
  }
}

export const isFinal = (status: string | undefined): boolean => status === 'CONFIRMED' || status === 'CANCELLED'

/** How long nothing may move before the kit gives up; and how long where nothing has ended so far, so that only what is on its way is worth a wait. */
const IDLE = 12_000
const COLD = 3_000

/** Asks for these orders until each is CONFIRMED or CANCELLED; gives up when nothing has moved for a while. */
export async function untilEnded(
  shop: Shop,
  order: Running,
  posted: readonly Posted[],
  alive: readonly Running[],
  warm = true,
): Promise<Asked> {
  const ids = posted.flatMap((one) => (accepted(one) && one.orderId !== undefined ? [one.orderId] : []))
  const asked: Record<string, Status> = {}
  const open = () => ids.filter((id) => !isFinal(asked[id]?.status))
  let next = 0
  const look = async () => {
    if (shop.recorder.now() >= next) {
      for (const id of open()) {
        const { answer: _, ...status } = await askFor(shop, order, id)
        asked[id] = status
      }
      next = shop.recorder.now() + 150
    }
    return open().length === 0
  }
  await shop.untilDone(`${ids.length} orders end`, look, () => ids.length - open().length + shop.records.length, {
    alive,
    idleMs: warm ? IDLE : COLD,
  })
  return asked
}
