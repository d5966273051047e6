import type { Needs } from '../../kit/service/http/caller.ts'
import type { Method } from '../../kit/service/http/route.ts'

export const services = [
  'order',
  'payment',
  'inventory',
  'notification',
  'shipping',
  'identity',
  'analytics',
  'recommendation',
] as const

export type ServiceName = (typeof services)[number]

/** One way through the gateway. What stands in no door is not reached from outside. */
export interface Door {
  readonly method: Method
  /** In express' form; `*rest` stands for one segment or more. The service has it under the same path. */
  readonly path: string
  readonly to: ServiceName
  readonly needs: Needs
  /** Its `:orderId` names an order that must be the caller's own, unless staff asks. Another's is answered as one that does not exist: 404. */
  readonly ownOrder?: true
  /** Where it says for whom: a customer acts for themselves alone, whatever stands there. */
  readonly userIn?: 'body' | 'query'
  /** Commands that are asked again after a failure without doing them twice. */
  readonly idempotencyKey?: 'required'
  /** Answers with events, for as long as the caller stays. */
  readonly streams?: true
}

const door = (method: Method, path: string, to: ServiceName, needs: Needs, more: Partial<Door> = {}): Door => ({
  method,
  path,
  to,
  needs,
  ...more,
})

const own = { ownOrder: true } as const

/** Paths without `:` come before those with it where both would match. */
export const doors: readonly Door[] = [
  door('post', '/api/orders', 'order', 'caller', { idempotencyKey: 'required', userIn: 'body' }),
  door('get', '/api/orders', 'order', 'caller', { userIn: 'query' }),
  door('get', '/api/orders/:orderId', 'order', 'caller', own),
  door('get', '/api/orders/:orderId/events', 'order', 'caller', own),
  door('get', '/api/orders/:orderId/history', 'order', 'caller', own),
  door('get', '/api/orders/:orderId/stream', 'order', 'caller', { ...own, streams: true }),
  door('post', '/api/orders/:orderId/cancel', 'order', 'caller', own),
  door('get', '/api/payments/:orderId', 'payment', 'caller', own),
  door('get', '/api/stock', 'inventory', 'caller'),
  door('put', '/api/stock/:productId', 'inventory', 'admin'),
  door('get', '/api/notifications', 'notification', 'staff'),
  door('get', '/api/tracking/:trackingNumber', 'shipping', 'caller'),
  door('get', '/api/analytics/*rest', 'analytics', 'staff'),
  door('get', '/api/recommendations/*rest', 'recommendation', 'caller'),
  door('post', '/auth/register', 'identity', 'anyone'),
  door('post', '/auth/login', 'identity', 'anyone'),
  door('post', '/auth/refresh', 'identity', 'anyone'),
  door('post', '/auth/logout', 'identity', 'anyone'),
  door('get', '/auth/me', 'identity', 'caller'),
  door('post', '/oauth/token', 'identity', 'anyone'),
  door('get', '/.well-known/*rest', 'identity', 'anyone'),
]
