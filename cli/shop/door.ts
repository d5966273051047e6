import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServiceToken } from '../../kit/service/http/service-token.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import { type Authorize, createJsonClient, type JsonClient } from './http-client.ts'

interface Service {
  readonly name: string
  readonly url: string
}

/** How a program of the lab comes into a shop. */
export interface Door {
  readonly size: ShopSize
  /**
   * Where orders are placed: at the gateway where there is one, as customers do, so that whatever is the matter with it is felt; else at the
   * order service.
   */
  readonly orders: string
  /** A token of the lab's own, where the shop asks for one. */
  readonly authorize: Authorize | undefined
}

/** `secretFile`: of the lab's own client. */
export function doorOf(services: readonly Service[], secretFile: string): Door {
  const urlOf = (name: string) => services.find((service) => service.name === name)?.url
  const identity = urlOf('identity')
  return {
    size: urlOf('shipping') === undefined ? 'core' : 'whole',
    orders: urlOf('gateway') ?? urlOf('order') ?? '',
    authorize: identity === undefined ? undefined : authorizeBy(identity, secretFile),
  }
}

function authorizeBy(identity: string, secretFile: string): Authorize {
  const secret = async () => (await readFile(secretFile, 'utf8')).trim()
  const token = createServiceToken({ identity, clientId: 'lab', secret, now: Date.now })
  return async () => ({ authorization: `Bearer ${await token.get()}` })
}

export type PlaceOrder = (body: string) => ReturnType<JsonClient['post']>

/** Places orders through a door; each has a key of its own, so that what is asked twice is done once. */
export function orderDesk(
  { orders, authorize }: Pick<Door, 'orders' | 'authorize'>,
  sockets: number,
): { place: PlaceOrder; close(): void } {
  const client = createJsonClient(orders, sockets, authorize)
  const keyed = authorize !== undefined
  return {
    place: (body) => client.post('/api/orders', body, keyed ? { 'idempotency-key': randomUUID() } : {}),
    close: client.close,
  }
}
