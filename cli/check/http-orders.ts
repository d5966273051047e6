import type { Answer } from './history.ts'
import { isObject, type Json, parseJson } from './json.ts'
import { bodyOf, type Order } from './orders.ts'
import type { Running, Shop } from './shop.ts'
import { asText } from './views.ts'

/** What a POST of a good order came to. */
export interface Posted {
  /** What was posted; its `orderId` is the kit's own and was not sent. */
  readonly order: Order
  readonly status: number
  /** The id that the shop gave it, as text. */
  readonly orderId: string | undefined
  readonly shown: string
}

export async function postOrder(
  shop: Shop,
  running: Running,
  order: Order,
  extra: Record<string, Json> = {},
): Promise<Posted> {
  const answer = await shop.post(running, '/api/orders', bodyOf(order, extra))
  return {
    order,
    status: answer.status,
    orderId: asText(deep(parseJson(answer.body), 'orderId')),
    shown: shownAnswer(answer),
  }
}

/** Posts many, a few at a time. */
export async function postOrders(
  shop: Shop,
  running: Running,
  orders: readonly Order[],
  atOnce = 8,
): Promise<Posted[]> {
  const posted: Posted[] = []
  for (let i = 0; i < orders.length; i += atOnce) {
    posted.push(...(await Promise.all(orders.slice(i, i + atOnce).map((order) => postOrder(shop, running, order)))))
  }
  return posted
}

export const accepted = ({ status }: { status: number }): boolean => status >= 200 && status <= 202

/** Longer than a service may take to come up: who refuses every order for so long will not take one. */
const COMES_UP_WITHIN = 20_000

/** Milliseconds for the order service to come up in, where its start is not what is judged. */
export const comesUpWithin = ({ patience }: Pick<Shop, 'patience'>): number => COMES_UP_WITHIN * patience

/** No order was taken so far, and the first was posted long ago. */
export const takesNone = (shop: Shop, posted: readonly Posted[], since: number): boolean =>
  shop.recorder.now() - since > comesUpWithin(shop) && !posted.some((one) => accepted(one) && one.orderId !== undefined)

/** The first field of this name at any depth. */
export function deep(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => deep(item, name)).find((found) => found !== undefined)
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, name)) return value[name]
  return Object.values(value)
    .map((inner) => deep(inner, name))
    .find((found) => found !== undefined)
}

export function shownAnswer(answer: Answer): string {
  if (answer.status === 0) return `no answer (${answer.error}) after ${Math.round(answer.ms)} ms`
  return `${answer.status} ${answer.body.slice(0, 160)}`
}
