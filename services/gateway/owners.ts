import type { OutgoingHttpHeaders } from 'node:http'
import { json } from 'node:stream/consumers'
import { type Caller, onlyOf } from '../../kit/service/http/caller.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Client, Upstream } from './upstream.ts'

export interface Owners {
  /** Throws Problem 404 unless the order is the caller's own, or staff asks: nobody learns which orders of others there are. */
  assertOwn(orderId: string, caller: Caller | null, headers: OutgoingHttpHeaders, client: Client): Promise<void>
}

const atMost = 20_000

/** Asks the order service whose an order is. Orders never change hands, so an answer is kept. */
export const createOwners = (orders: Upstream): Owners => {
  const known = new Map<string, string | undefined>()
  const ownerOf = async (
    orderId: string,
    headers: OutgoingHttpHeaders,
    client: Client,
  ): Promise<string | undefined> => {
    if (known.has(orderId)) return known.get(orderId)
    const path = `/api/orders/${encodeURIComponent(orderId)}`
    const answer = await orders.send({ method: 'GET', path, headers, mayRepeat: true, client })
    if (answer.statusCode !== 200) {
      answer.resume()
      if (answer.statusCode === 404) return undefined
      throw new Problem(502, 'The order service could not say whose order this is.')
    }
    const { userId } = (await json(answer)) as { userId?: string }
    if (known.size >= atMost) known.clear()
    known.set(orderId, userId)
    return userId
  }
  return {
    assertOwn: async (orderId, caller, headers, client) => {
      const user = onlyOf(caller)
      if (user === undefined) return
      if ((await ownerOf(orderId, headers, client)) === user) return
      throw new Problem(404, `orderId: there is no order ${orderId}`)
    },
  }
}
